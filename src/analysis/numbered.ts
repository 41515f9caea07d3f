/**
 * Numbers for things that come again and again: equal texts have one number, and so have equal lists of numbers. What is
 * put together of such numbers can be compared without a text being made of it.
 */

/** Counted from zero, in the order in which they first come. */
export function numberedTexts(): (text: string) => number {
  const numbers = new Map<string, number>();
  return (text) => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  };
}

const free = -1;

/** Lists of whole numbers; counted as texts are. A hash table of our own: a Map would want a text of each list. */
export function numberedLists(): (list: readonly number[]) => number {
  /** The members of all lists one after the other, and where each list ends. */
  const members: number[] = [];
  const ends: number[] = [];
  let slots = new Int32Array(1 << 12).fill(free);

  const startOf = (number: number): number => (number === 0 ? 0 : (ends[number - 1] ?? 0));
  const isList = (number: number, list: readonly number[]): boolean => {
    const start = startOf(number);
    if ((ends[number] ?? 0) - start !== list.length) return false;
    for (let at = 0; at < list.length; at += 1) if (members[start + at] !== list[at]) return false;
    return true;
  };
  /** Where the list is, or would be: the first of the slots from its hash on that is its own or free. */
  const slotOf = (list: readonly number[]): number => {
    let slot = hashOf(list) & (slots.length - 1);
    for (let number = slots[slot] ?? free; number !== free; number = slots[slot] ?? free) {
      if (isList(number, list)) break;
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  };
  const grow = (): void => {
    slots = new Int32Array(slots.length * 2).fill(free);
    for (let number = 0; number < ends.length; number += 1) {
      slots[slotOf(members.slice(startOf(number), ends[number]))] = number;
    }
  };
  return (list) => {
    const known = slots[slotOf(list)] ?? free;
    if (known !== free) return known;
    if (ends.length * 2 >= slots.length) grow();
    const number = ends.length;
    slots[slotOf(list)] = number;
    for (const member of list) members.push(member);
    ends.push(members.length);
    return number;
  };
}

function hashOf(list: readonly number[]): number {
  let hash = list.length;
  for (const member of list) hash = Math.imul(hash ^ member, 0x9e3779b1) ^ (hash >>> 15);
  return hash ^ (hash >>> 16);
}
