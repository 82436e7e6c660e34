namespace Logist.Files;

/// <summary>fsync of many paths. Above eight, threads: 200 new files took 102 ms one by one and 18 ms with 8 threads.</summary>
internal static class ParallelSync
{
    private const int SerialMax = 8, Threads = 8;

    public static void Files(string[] paths) => Run(paths, Durable.SyncFile);

    public static void Directories(string[] paths) => Run(paths, Durable.SyncDirectory);

    private static void Run(string[] paths, Action<string> sync) =>
        ThreadedLoop.Run(paths.Length, paths.Length <= SerialMax ? 1 : Threads, i => sync(paths[i]));
}
