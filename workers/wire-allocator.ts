import { HttpAllocationService } from '../adapters/allocator/http-allocation-service';

/** Writes the service's whole history into `folder` as the files of an import. */
export async function exportHistory(allocatorUrl: string, folder: string): Promise<void> {
  await new HttpAllocationService(allocatorUrl).exportFolder(folder);
}
