interface Task {
  /** The folder of the clone. */
  readonly root: string;
  readonly say: (text: string) => void;
}

export function sourceStamp(root: string): string;
export function ensureBuilt(task: Task): Promise<void>;
export function build(task: Task): Promise<void>;
export function buildServer(root: string): Promise<void>;
