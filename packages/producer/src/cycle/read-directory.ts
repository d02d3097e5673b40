import { scanDirectory, type DirectoryPicture, type ScanOptions } from './directory-picture.ts'

/**
 * Reads the directory once, and once more when entries that read as they were answered name others in their lookup
 * fields by now: a manager was linked, or is another user of Zendesk's. Only then are these entries planned, and only a
 * scan has them whole. Whoever is linked between the two is the next cycle's.
 *
 * @throws whatever makes a scan incomplete: then nothing is planned
 */
export async function readDirectory(options: ScanOptions, signal: AbortSignal): Promise<DirectoryPicture> {
  let picture: DirectoryPicture | undefined = await scanDirectory(options, signal)
  const { moved } = picture.lookups
  if (moved.size === 0) return picture
  // it would stay in memory beside the other one
  picture = undefined
  return await scanDirectory({ ...options, anew: moved.union(options.anew ?? new Set()) }, signal)
}
