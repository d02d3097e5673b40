const FILE_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  EACCES: 'you have no right to it',
  EPERM: 'you have no right to it',
  EROFS: 'the disk takes no writes',
  ENOSPC: 'the disk is full',
}

/** What the file system's error says, in words; undefined of any other error. */
export function fileFault(error: unknown): string | undefined {
  return FILE_FAULTS[(error as NodeJS.ErrnoException).code ?? '']
}
