// Who acts in one piece of traffic, and on which rows.
// Seeded rows have ids in closed form (seed-data.js fills the tables by the same arithmetic), so a client can name
// an existing order of its user without reading the database. Everything is drawn from the scene's own randomness.
import { createHash } from 'node:crypto';
import { randomFrom } from './random.js';

/** How many seeded rows each table has: small enough to load in seconds, large enough that clients rarely meet. */
export const sizes = {
  users: 2000,
  shops: 120,
  listingsPerShop: 20,
  ordersPerUser: 4,
  addressesPerUser: 3,
  conversationsPerUser: 2,
  sessionsPerUser: 2,
  notificationsPerUser: 8,
  promotions: 200,
  categories: 84,
  visitors: 3000,
};

const listings = sizes.shops * sizes.listingsPerShop;

/** A UUID that SQL can make as well: md5(text)::uuid. */
export function uuidOf(text) {
  const hex = createHash('md5').update(text).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export const shopOfListing = (listing) => 1 + ((listing - 1) % sizes.shops);

const words = [
  'oak',
  'linen',
  'brass',
  'indigo',
  'walnut',
  'felt',
  'amber',
  'slate',
  'clay',
  'willow',
  'copper',
];
const queues = ['mail', 'thumbnails', 'payouts', 'search', 'exports'];
export const countries = ['DE', 'FR', 'US', 'GB', 'JP', 'BR', 'SE', 'PL'];
export const currencies = ['EUR', 'USD', 'GBP', 'JPY', 'SEK', 'PLN', 'BRL', 'CHF'];
export const flags = [
  'new_checkout',
  'seller_chat',
  'fast_search',
  'gift_cards',
  'dark_mode',
  'pickup_points',
];

/**
 * @param {string} name of the activity
 * @param {number} day 1 to 7
 * @param {number} fresh a number that no other scene has: for new ids, references and the like
 */
export function scene(name, day, fresh) {
  const random = randomFrom(`${name}/${day}/${fresh}`);
  const whole = (least, most) => least + Math.floor(random() * (most - least + 1));
  const pick = (list) => list[whole(0, list.length - 1)];
  // Some people and shops are far busier than others.
  const user = 1 + Math.floor(sizes.users * random() ** 1.7);
  const shop = 1 + Math.floor(sizes.shops * random() ** 2.2);
  const ofUser = (perUser) => user + whole(0, perUser - 1) * sizes.users;
  return {
    day,
    fresh,
    user,
    shop,
    random,
    whole,
    pick,
    date: `2026-03-0${day}`,
    price: () => (whole(300, 19900) / 100).toFixed(2),
    word: () => pick(words),
    queue: () => pick(queues),
    currency: () => pick(currencies),
    country: () => pick(countries),
    order: () => ofUser(sizes.ordersPerUser),
    // The last address of a user is on no order, so that it may be deleted.
    address: () => ofUser(sizes.addressesPerUser - 1),
    spareAddress: () => user + (sizes.addressesPerUser - 1) * sizes.users,
    conversation: () => ofUser(sizes.conversationsPerUser),
    notification: () => ofUser(sizes.notificationsPerUser),
    session: () => uuidOf(`session ${ofUser(sizes.sessionsPerUser)}`),
    listing: () => shop + whole(0, sizes.listingsPerShop - 1) * sizes.shops,
    anyListing: () => whole(1, listings),
    anyUser: () => whole(1, sizes.users),
    anyShop: () => whole(1, sizes.shops),
    category: () => whole(1, sizes.categories),
    promotion: () => whole(1, sizes.promotions),
    visitor: () => uuidOf(`visitor ${whole(1, sizes.visitors)}`),
    several: (least, most, draw) => Array.from({ length: whole(least, most) }, draw),
  };
}
