export * from './three-parameters'; // flagged: no-restricted-syntax
export { labelled } from './undocumented'; // flagged: no-restricted-syntax
