/** Reads the cases of fixtures/syntax. */
import { readFileSync } from 'node:fs';

export function fixtureText(name: string): string {
  return readFileSync(new URL(`../../fixtures/syntax/${name}`, import.meta.url), 'utf8');
}

export function fixtureCases<Case>(name: string): readonly Case[] {
  return JSON.parse(fixtureText(name)) as readonly Case[];
}
