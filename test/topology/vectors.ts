// Hashes that a PostgreSQL 15 server made; `unseeded` and `seeded` are the type's extended hash under seed 0 and under the
// partition seed, as SQL prints them; `seventh` is the partition of seven that the row landed in.

export interface Vector {
  readonly type: string;
  readonly value: string;
  readonly unseeded: string;
  readonly seeded: string;
  readonly seventh?: number;
}

function vector(type: string, value: string, unseeded: string, seeded: string, seventh?: number): Vector {
  return { type, value, unseeded, seeded, ...(seventh === undefined ? {} : { seventh }) };
}

export const vectors: readonly Vector[] = [
  vector('int2', '32767', '1790040721271588170', '-6436696229286267413'),
  vector('int2', '-32768', '8455483389771436374', '5885242512097991578'),
  vector('int4', '0', '4154612158245552303', '-4403592609991167795'),
  vector('int4', '-1', '-1888257769727981238', '-5017072347659237694'),
  vector('int4', '2147483647', '-9109110466470504941', '-6050265599104649060'),
  vector('int4', '-2147483648', '1977219185673256887', '4938542303000433043'),
  vector('int8', '42', '8010225493015854792', '7363975540656877951', 0),
  vector('text', 'A', '-6263114432574939154', '-665088570854083896', 1),
  vector('text', 'äxB', '-8081349477057217775', '-5018292267185941596', 4),
  vector('text', 'äxäxäxD', '215589095268198894', '7665714654764441171', 4),
  vector('varchar(20)', 'äxäxäxäxE', '-6083243890432743147', '-5359284684510666491', 4),
  vector('text', 'äxäxäxäxäxäxäxäxI', '-7814961026291064792', '-3655103058642762554', 1),
  vector('uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '7543054272012930821', '424513190990560493'),
  vector('date', '2000-01-01', '4154612158245552303', '-4403592609991167795', 4),
  vector('date', '2000-01-02', '-3670598878359251130', '5968994663651403477', 5),
  vector('date', '1999-12-31', '-1888257769727981238', '-5017072347659237694', 0),
  vector('date', '2024-08-22', '-676919012386481639', '-2677369373557364912', 4),
  vector('date', '0001-01-01', '1587041295697442648', '-7515971407706873240', 2),
];

/** Values of character(n): trailing blanks do not count, leading ones do. */
export const blankPadded: readonly Vector[] = [
  vector('bpchar', 'ab', '2833316173711343549', '596009030900183869'),
  vector('bpchar', 'ab   ', '2833316173711343549', '596009030900183869'),
  vector('bpchar', '', '-6939563903564495251', '-5700645584453517373'),
  vector('bpchar', ' x ', '-2681346820662406101', '8729030489214587258'),
];
