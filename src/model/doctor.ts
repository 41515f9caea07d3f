/** What `doctor` finds about an export or a server: one check after the other, and what to do. */

export interface DoctorCheck {
  /** Stable, kebab-case. */
  readonly id: string;
  /** fail: no plan should be made from it. warn: a plan can be made, and says less. */
  readonly status: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** What to do, where there is something to do. */
  readonly hint?: string;
}

export interface DoctorReport {
  /** `marketplace on PostgreSQL 18.4`, or the paths given. */
  readonly subject: string;
  readonly source: 'server' | 'export';
  readonly checks: readonly DoctorCheck[];
}
