/** The variables that say how Temporal is entered: the names of its own tools, and one of ours. */
export const doorVariables = [
  'TEMPORAL_TLS',
  'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
  'TEMPORAL_TLS_SERVER_NAME',
  'TEMPORAL_API_KEY',
  'TEMPORAL_API_KEY_FILE',
] as const;

/** The variable that names the file of the keys that seal. */
export const sealingVariable = 'MAKEWHOLE_CODEC_KEYS';
