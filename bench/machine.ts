import { cpus, totalmem } from "node:os";

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly platform: string;
}

/** What a figure was measured on. */
export function machine(): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  };
}

/** In a sentence: "AMD EPYC, 2 cores, 24 GiB, Node 20.20.2, linux x64". */
export function inWords({ processor, cores, memoryGiB, node, platform }: Machine): string {
  return `${processor}, ${cores} cores, ${memoryGiB} GiB, Node ${node}, ${platform}`;
}
