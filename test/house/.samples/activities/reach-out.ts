// flagged in this file: imports/activities-may-run, imports/activities-may-know
import { Pool } from 'pg';
import { sendMail } from '../adapters/mail/send-mail';
import type { runbook } from '../workflows/impure-runbook';

/** Builds its own connection, and knows the runbook that calls it. */
export const reachOut = (name: keyof typeof runbook): string => {
  // flagged below: no-restricted-properties
  const pool = new Pool({ connectionString: process.env.URL ?? name });
  return `${sendMail()} ${pool.options.max.toString()}`;
};
