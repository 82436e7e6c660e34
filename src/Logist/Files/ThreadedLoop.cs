using System.Runtime.ExceptionServices;

namespace Logist.Files;

/// <summary>A loop over many small files on plain threads: Parallel and PLINQ cost more to load than most loops here take.</summary>
internal static class ThreadedLoop
{
    /// <param name="threads">At most; the caller's is one of them.</param>
    /// <param name="body">Called once for each index, in no order. The first exception ends the loop and is rethrown.</param>
    public static void Run(int count, int threads, Action<int> body)
    {
        var next = -1;
        Exception? failure = null;
        void Work()
        {
            try
            {
                for (int i; failure is null && (i = Interlocked.Increment(ref next)) < count;)
                {
                    body(i);
                }
            }
#pragma warning disable CA1031 // Rethrown on the caller's thread; the first one wins.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _ = Interlocked.CompareExchange(ref failure, e, null);
            }
        }

        var others = new Thread[Math.Max(0, Math.Min(threads, count) - 1)];
        for (var i = 0; i < others.Length; i++)
        {
            others[i] = new Thread(Work) { IsBackground = true };
            others[i].Start();
        }

        Work();
        Array.ForEach(others, thread => thread.Join());
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
