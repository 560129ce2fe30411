/** What we need of a mailer. */
export type Mailer = { readonly send: () => string };
