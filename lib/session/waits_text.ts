/** Why a command does not begin yet. */
export function waitsText(name: string, calls: number): string {
  return `${calls} commands run in the box ${name}, which is the most at once. Waiting for one of them to end.`;
}
