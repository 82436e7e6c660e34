using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Logist.Core;
using Logist.Files;
using Logist.StepHost;
using Logist.Stores;
using Microsoft.Win32.SafeHandles;

namespace Logist.Processes;

/// <summary>
/// Reaches the job's step host, or starts one. alive.lock decides which: whoever gets it binds the socket and hands both to the new
/// host, so that there is never a second one, nor a moment in which nobody holds the lock.
/// </summary>
[SuppressMessage("Reliability", "CA2000", Justification = "The connected socket belongs to the client that asked for it.")]
internal static class StepHostLauncher
{
    internal const int LowestFd = 10;

    // A host that is about to leave needs milliseconds; a machine under load a little more.
    internal static readonly TimeSpan PatienceLimit = TimeSpan.FromSeconds(10);

    internal static readonly List<int> Started = [];

    /// <returns>A connected socket and whether its host was started just now (then it is not running yet).</returns>
    public static (SafeFileHandle Socket, bool Fresh) Connect(JobLayout job)
    {
        ReapEnded();
        var patience = Stopwatch.StartNew();
        while (true)
        {
            using (var directory = Durable.Open(job.Directory, Native.ReadOnly))
            {
                var address = $"/proc/self/fd/{Libc.Fd(directory)}/{Path.GetFileName(job.HostSocket)}";
                if (TryConnect(address) is { } existing)
                {
                    return (existing, false);
                }

                using var alive = OpenAliveLock(job);
                if (Libc.Flock(alive, Libc.LockExclusive | Libc.LockNonBlocking) == 0)
                {
                    return (StartHost(job, address, alive), true);
                }

                CheckBusy(job);
            }

            if (patience.Elapsed > PatienceLimit)
            {
                throw new LogistException(
                    ErrorKind.Busy, "the job's step host does not answer", $"{job.AliveLock} is held, but nobody listens on {job.HostSocket}", "logist job status");
            }

            _ = Libc.Poll([], 2);
        }
    }

    public static bool IsAlive(JobLayout job)
    {
        using var alive = Libc.TryOpen(job.AliveLock, Native.ReadOnly | Native.NoFollow);
        if (alive is null)
        {
            return false;
        }

        if (Libc.Flock(alive, Libc.LockShared | Libc.LockNonBlocking) == 0)
        {
            return false;
        }

        CheckBusy(job);
        return true;
    }

    /// <summary>Ended hosts that this process started stay zombies until somebody asks for them.</summary>
    public static void ReapEnded()
    {
        lock (Started)
        {
            Started.RemoveAll(pid => Native.Reap(pid, out _) != 0);
        }
    }

    private static SafeFileHandle? TryConnect(string address)
    {
        var socket = Libc.Socket();
        if (Libc.Connect(socket, address) == 0)
        {
            return socket;
        }

        socket.Dispose();
        return null;
    }

    private static SafeFileHandle OpenAliveLock(JobLayout job) => Durable.Open(job.AliveLock, Native.ReadWrite | Native.Create | Native.NoFollow);

    private static void CheckBusy(JobLayout job)
    {
        var errno = Libc.LastError;
        if (errno != Native.EAGAIN)
        {
            throw new LogistException(ErrorKind.Storage, $"cannot lock {job.AliveLock}", Libc.ErrorText(errno), "use a local file system");
        }
    }

    private static SafeFileHandle StartHost(JobLayout job, string address, SafeFileHandle alive)
    {
        _ = Libc.Unlink(job.HostSocket);
        using var bound = Libc.Socket();
        Durable.Check(Libc.Listen(bound, address), "bind", job.HostSocket);
        var connected = TryConnect(address);
        if (connected is null)
        {
            Durable.Check(-1, "connect", job.HostSocket);
        }

        using var listening = Libc.Duplicate(bound, LowestFd);
        using var held = Libc.Duplicate(alive, LowestFd);
        using var nothing = Durable.Open("/dev/null", Native.ReadWrite);
        using var stdio = Libc.Duplicate(nothing, LowestFd);
        var program = Path.Combine(AppContext.BaseDirectory, "Logist.StepHost");
        Native.CloseAllOnExec();
        int[] files = [Libc.Fd(stdio), Libc.Fd(stdio), Libc.Fd(stdio), Libc.Fd(listening), Libc.Fd(held)];
        var errno = Spawn(program, job.Directory, Environment(job), files, out var pid);
        if (errno != 0)
        {
            connected!.Dispose();
            throw new LogistException(ErrorKind.MissingTool, "the step host cannot be started", $"{program}: {Libc.ErrorText(errno)}", "install logist again");
        }

        lock (Started)
        {
            Started.Add(pid);
        }

        return connected!;
    }

    private static unsafe int Spawn(string program, string directory, string[] environment, int[] files, out int pid)
    {
        var lines = stackalloc byte*[environment.Length + 1];
        var argv = stackalloc byte*[2];
        var total = Native.Bytes(string.Join('\0', environment));
        fixed (byte* path = Native.Bytes(program), cwd = Native.Bytes(directory), text = total)
        {
            argv[0] = path;
            argv[1] = null;
            var offset = 0;
            for (var i = 0; i < environment.Length; i++)
            {
                lines[i] = text + offset;
                offset += total.AsSpan(offset).IndexOf((byte)0) + 1;
            }

            lines[environment.Length] = null;
            Span<PosixSpawn.Descriptor> descriptors = stackalloc PosixSpawn.Descriptor[files.Length];
            for (var i = 0; i < files.Length; i++)
            {
                descriptors[i] = new PosixSpawn.Descriptor(i, files[i]);
            }

            return PosixSpawn.Start(path, argv, lines, cwd, descriptors, out pid);
        }
    }

    /// <summary>Nothing of the caller's, so that start-up hooks, profilers or secrets do not travel along.</summary>
    private static string[] Environment(JobLayout job)
    {
        List<string> lines =
        [
            $"{Protocol.HostMarker}={job.Directory}",

            // Else every kill -9 leaves a diagnostics socket in /tmp, and the host could be attached to.
            "DOTNET_EnableDiagnostics=0",

            // The default budget follows the processor's cache: 20 MB more for nothing (measured at 10,000 starts).
            "DOTNET_GCgen0size=100000",
        ];

        // Our own runtime serves the host too, wherever it lies: <root>/shared/Microsoft.NETCore.App/<version>/.
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location) ?? "/", "../../.."));
        if (Directory.Exists(Path.Combine(root, "host/fxr")))
        {
            lines.Add($"DOTNET_ROOT={root}");
        }

        if (System.Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") is { Length: > 0 } libraries)
        {
            lines.Add($"LD_LIBRARY_PATH={libraries}");
        }

        return [.. lines];
    }
}
