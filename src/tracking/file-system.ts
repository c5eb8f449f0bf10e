import { statfsSync } from "node:fs";

/** Magic numbers of network file systems (Linux, statfs(2)). */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB2"],
  [0x01021997, "9p"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x5346414f, "AFS"],
  [0x47504653, "GPFS"],
  [0x19830326, "BeeGFS"],
]);

/** The name of the network file system that a magic number stands for, or undefined for a local one. */
export function networkFileSystemOfType(type: number): string | undefined {
  return NETWORK_FILE_SYSTEMS.get(type >>> 0);
}

/** The name of the network file system that a folder lies on, or undefined when it is local. */
export function networkFileSystemName(directory: string): string | undefined {
  return process.platform === "linux" ? networkFileSystemOfType(statfsSync(directory).type) : undefined;
}
