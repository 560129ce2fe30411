import { openSourceViews, SourceUnreadable } from '../adapters/postgres/source-views';
import type { SourceColumn, SourceViews } from '../adapters/postgres/source-views';

export { openSourceViews as openSource, SourceUnreadable };
export type { SourceColumn, SourceViews };
