/** Does it for each, a few at a time, in order: many requests at once would hold up everything else that the page asks for. */
export async function eachOf<T>(items: readonly T[], doing: (item: T) => Promise<void>, atOnce = 3): Promise<void> {
  const rest = items.values();
  const work = async () => {
    for (const item of rest) await doing(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
