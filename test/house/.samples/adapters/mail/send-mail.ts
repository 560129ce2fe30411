// flagged in this file: imports/adapters-not-each-other
// flagged in this file: imports/adapters-may-run, imports/adapters-may-know
import type { Mailer } from '../../activities/ports';
import { harmless } from '../../activities/inexact-money';
import { book } from '../bank/book';

/** A mailer that books, and that runs an activity's code. */
export const mailer: Mailer = { send: () => book(harmless(1)) };
/** Sends a mail. */
export const sendMail = (): string => mailer.send();
