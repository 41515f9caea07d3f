// The marketplace's column statistics as stats.csv: what pg_class and pg_stats would say of it in production.
// The database of the run is a few thousand times smaller, so these are written down, not measured: rows and bytes
// (table, indexes and TOAST together), the absolute number of distinct values, the share of nulls, and the
// frequencies of the most common values where some are common. Never a value.

const million = 1e6;
const billion = 1e9;

/** A column: distinct values, share of nulls, frequencies of the most common values. */
const column = (distinct, nulls = 0, frequencies = []) => ({ distinct, nulls, frequencies });

const user = (distinct = 38 * million, frequencies = [0.000012, 0.000009]) =>
  column(distinct, 0, frequencies);
const shop = column(1.15 * million, 0, [0.011, 0.007, 0.004]);
const currency = column(42, 0, [0.41, 0.33, 0.09]);
const country = column(190, 0, [0.28, 0.17, 0.11]);

const tables = {
  users: {
    rows: 40 * million,
    bytes: 19.6 * billion,
    columns: {
      id: column(40 * million),
      email: column(40 * million),
      username: column(40 * million),
      status: column(3, 0, [0.96, 0.03]),
      locale: column(31, 0, [0.38, 0.2]),
      preferred_currency: currency,
      country_code: country,
      last_seen_at: column(33 * million, 0.08),
    },
  },
  addresses: {
    rows: 70 * million,
    bytes: 24.1 * billion,
    columns: {
      id: column(70 * million),
      user_id: user(31 * million),
      region: column(4200),
      postal_code: column(1.9 * million),
      country_code: country,
    },
  },
  sessions: {
    rows: 120 * million,
    bytes: 46 * billion,
    columns: {
      id: column(120 * million),
      user_id: user(36 * million, [0.000004]),
      token_hash: column(120 * million),
    },
  },
  notifications: {
    rows: 1.4 * billion,
    bytes: 434 * billion,
    columns: {
      id: column(1.4 * billion),
      user_id: user(),
      kind: column(24, 0, [0.3, 0.22]),
      read_at: column(410 * million, 0.37),
    },
  },
  audit_log: {
    rows: 1.1 * billion,
    bytes: 385 * billion,
    columns: {
      id: column(1.1 * billion),
      user_id: user(39 * million),
      action: column(64, 0, [0.44]),
      entity: column(22),
      entity_id: column(600 * million, 0.12),
      occurred_at: column(900 * million),
    },
  },
  carts: {
    rows: 90 * million,
    bytes: 17.5 * billion,
    columns: {
      id: column(90 * million),
      user_id: user(34 * million),
      status: column(3, 0, [0.52, 0.3, 0.18]),
      currency,
      promotion_id: column(21000, 0.91),
    },
  },
  cart_items: {
    rows: 210 * million,
    bytes: 47 * billion,
    columns: {
      user_id: user(33 * million),
      cart_id: column(71 * million),
      listing_id: column(24 * million, 0, [0.0006, 0.0004]),
      shop_id: shop,
    },
  },
  orders: {
    rows: 600 * million,
    bytes: 198 * billion,
    columns: {
      id: column(600 * million),
      user_id: user(),
      shop_id: shop,
      shipping_address_id: column(52 * million, 0.06),
      promotion_id: column(44000, 0.83),
      status: column(5, 0, [0.81, 0.08]),
      currency,
      idempotency_key: column(600 * million),
      placed_at: column(560 * million),
    },
  },
  order_items: {
    rows: 1.5 * billion,
    bytes: 315 * billion,
    columns: {
      order_id: column(600 * million),
      line_no: column(60, 0, [0.4, 0.22]),
      listing_id: column(48 * million, 0, [0.0005, 0.0003]),
    },
  },
  payments: {
    rows: 640 * million,
    bytes: 172 * billion,
    columns: {
      id: column(640 * million),
      user_id: user(),
      order_id: column(598 * million),
      provider: column(6, 0, [0.7, 0.2]),
      provider_ref: column(640 * million),
      status: column(6, 0, [0.9]),
      currency,
    },
  },
  refunds: {
    rows: 28 * million,
    bytes: 5.6 * billion,
    columns: {
      id: column(28 * million),
      user_id: user(9 * million),
      payment_id: column(26 * million),
      status: column(4, 0, [0.94]),
    },
  },
  ledger_entries: {
    rows: 1.9 * billion,
    bytes: 380 * billion,
    columns: {
      user_id: user(),
      entry_no: column(21000),
      order_id: column(590 * million, 0.18),
      account: column(5, 0, [0.7, 0.2]),
      currency,
    },
  },
  shipments: {
    rows: 590 * million,
    bytes: 148 * billion,
    columns: {
      id: column(590 * million),
      user_id: user(),
      order_id: column(571 * million),
      shop_id: shop,
      carrier: column(48, 0, [0.3, 0.21]),
      tracking_code: column(590 * million),
      status: column(6, 0, [0.9]),
    },
  },
  conversations: {
    rows: 110 * million,
    bytes: 26 * billion,
    columns: {
      id: column(110 * million),
      user_id: user(21 * million),
      shop_id: shop,
      order_id: column(60 * million, 0.42),
    },
  },
  messages: {
    rows: 900 * million,
    bytes: 378 * billion,
    columns: {
      id: column(900 * million),
      user_id: user(21 * million),
      conversation_id: column(110 * million),
      sender: column(2, 0, [0.56, 0.44]),
      read_at: column(700 * million, 0.1),
    },
  },
  follows: {
    rows: 380 * million,
    bytes: 41 * billion,
    columns: { follower_id: user(26 * million), shop_id: column(0.98 * million, 0, [0.009, 0.006]) },
  },
  favorites: {
    rows: 700 * million,
    bytes: 81 * billion,
    columns: { user_id: user(29 * million), listing_id: column(31 * million, 0, [0.0004]) },
  },
  outbox: {
    rows: 9 * million,
    bytes: 3.4 * billion,
    columns: {
      id: column(9 * million),
      user_id: user(4.1 * million),
      aggregate: column(9, 0, [0.6]),
      aggregate_id: column(6 * million),
      event_type: column(38),
      published_at: column(8 * million, 0.0002),
    },
  },
  search_log: {
    rows: 1.3 * billion,
    bytes: 338 * billion,
    columns: {
      id: column(1.3 * billion),
      visitor_id: column(310 * million, 0, [0.00004]),
      user_id: column(30 * million, 0.36),
      query: column(44 * million, 0, [0.004, 0.003]),
      clicked_listing_id: column(22 * million, 0.71),
    },
  },
  shops: {
    rows: 1.2 * million,
    bytes: 1.1 * billion,
    columns: {
      id: column(1.2 * million),
      owner_id: column(1.13 * million),
      slug: column(1.2 * million),
      status: column(4, 0, [0.8]),
      country_code: country,
      currency,
    },
  },
  listings: {
    rows: 60 * million,
    bytes: 104 * billion,
    columns: {
      id: column(60 * million),
      shop_id: shop,
      category_id: column(6100, 0, [0.006]),
      sku: column(51 * million),
      status: column(4, 0, [0.62, 0.2]),
      currency,
    },
  },
  listing_images: {
    rows: 240 * million,
    bytes: 55 * billion,
    columns: { shop_id: shop, listing_id: column(58 * million), position: column(20, 0, [0.25]) },
  },
  inventory: {
    rows: 75 * million,
    bytes: 12.5 * billion,
    columns: { shop_id: shop, listing_id: column(60 * million), location: column(310, 0, [0.83]) },
  },
  reviews: {
    rows: 160 * million,
    bytes: 85 * billion,
    columns: {
      id: column(160 * million),
      shop_id: column(0.9 * million, 0, [0.012, 0.006]),
      listing_id: column(29 * million),
      user_id: user(17 * million),
      rating: column(5, 0, [0.66, 0.2]),
    },
  },
  payouts: {
    rows: 55 * million,
    bytes: 9.4 * billion,
    columns: {
      id: column(55 * million),
      shop_id: column(1.05 * million),
      period_start: column(310),
      currency,
      status: column(4, 0, [0.98]),
    },
  },
  categories: {
    rows: 6400,
    bytes: 2.4 * million,
    columns: { id: column(6400), parent_id: column(820, 0.002), slug: column(6400) },
  },
  currencies: { rows: 162, bytes: 64 * 1024, columns: { code: column(162) } },
  exchange_rates: {
    rows: 9.4 * million,
    bytes: 0.7 * billion,
    columns: { base: column(162), quote: column(162), as_of: column(1460) },
  },
  tax_rules: {
    rows: 18400,
    bytes: 3.1 * million,
    columns: {
      id: column(18400),
      country_code: country,
      region: column(4300),
      category_id: column(420, 0.88),
    },
  },
  feature_flags: { rows: 240, bytes: 160 * 1024, columns: { name: column(240) } },
  promotions: {
    rows: 52000,
    bytes: 14 * million,
    columns: { id: column(52000), code: column(52000), kind: column(3), currency },
  },
  jobs: {
    rows: 420000,
    bytes: 0.19 * billion,
    columns: {
      id: column(420000),
      queue: column(12, 0, [0.5, 0.2]),
      kind: column(41),
      state: column(4, 0, [0.98]),
      locked_by: column(64, 0.99),
    },
  },
};

const header = 'table,column,row_count,total_bytes,n_distinct,null_frac,most_common_freqs';

function linesOf([name, { rows, bytes, columns }]) {
  const table = `public.${name}`;
  const ofColumn = ([column, { distinct, nulls, frequencies }]) => {
    const common =
      frequencies.length === 0
        ? ''
        : `"{${frequencies.map((frequency) => plainNumber(String(frequency))).join(',')}}"`;
    return `${table},${column},,,${Math.round(distinct)},${nulls},${common}`;
  };
  return [`${table},,${Math.round(rows)},${Math.round(bytes)},,,`, ...Object.entries(columns).map(ofColumn)];
}

/** 9e-6 as 0.000009: not every reader of CSV knows exponents. */
function plainNumber(text) {
  return text.includes('e') ? Number(text).toFixed(9).replace(/0+$/, '') : text;
}

export function statisticsCsv() {
  return `${[header, ...Object.entries(tables).flatMap(linesOf)].join('\n')}\n`;
}
