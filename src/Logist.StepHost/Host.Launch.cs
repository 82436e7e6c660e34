using System.Runtime.InteropServices;

namespace Logist.StepHost;

/// <summary>From the queue to running processes.</summary>
internal sealed unsafe partial class Host
{
    internal const int E2BIG = 7, ENOEXEC = 8, EINVAL = 22;

    private readonly Queue<Execution> _queue = new();
    private readonly List<Execution> _launching = [];
    private int _slots;

    private void Enqueue(ReadOnlySpan<byte> frame)
    {
        var reader = new FrameReader(frame);
        var key = reader.Text();
        if (_known.TryGetValue(key, out var known))
        {
            Answer(known);
            return;
        }

        var execution = new Execution
        {
            Key = key,
            AttemptId = reader.Text(),
            TimeoutMs = reader.Long(),
            InactivityMs = reader.Long(),
            GraceMs = reader.Long(),
            Output = new Output(reader.Text()),
        };
        var launch = new
        {
            Stdin = reader.Text(), Directory = reader.TextOffset(), Program = reader.TextOffset(), Set = reader.Int(),
            Own = Offsets(ref reader), Argv = Offsets(ref reader),
        };
        _known[key] = execution;
        if (!_environments.TryGetValue(launch.Set, out var shared))
        {
            Fail(execution, EINVAL, "the environment was never sent");
            return;
        }

        execution.Launch = new Launch
        {
            Frame = frame.ToArray(), Shared = shared, Own = launch.Own, Argv = launch.Argv, Program = launch.Program,
            Directory = launch.Directory, Stdin = launch.Stdin,
        };
        _queue.Enqueue(execution);
    }

    /// <summary>Fills the free slots: all intents and what was waiting for host.log in one write, then the spawns.</summary>
    private void Launch()
    {
        var mark = _log.Mark();
        _launching.Clear();
        while (_owner >= 0 && _live.Count + _launching.Count < _slots && _queue.TryDequeue(out var next))
        {
            if (next.State == ExecutionState.Queued)
            {
                _launching.Add(next);
                _log.Add($"{HostRecord.Intent} {next.Key} {next.AttemptId}");
            }
        }

        var errno = _log.Flush();
        if (errno != 0)
        {
            _log.Drop(mark);
        }

        // The owner books the exits while the next processes are being made.
        if (_startNews is null)
        {
            Send();
        }

        foreach (var execution in _launching)
        {
            if (errno != 0)
            {
                // Whatever the errno of a log that cannot even be opened: to the owner this is the storage's failure, not the program's.
                Fail(execution, Native.EIO, $"host.log cannot be written: {ErrorText(errno)}");
            }
            else
            {
                Spawn(execution);
            }
        }
    }

    private void Spawn(Execution execution)
    {
        var launch = execution.Launch!;
        execution.Launch = null;
        var stdin = launch.Stdin.Length == 0 ? 0 : Native.Open(launch.Stdin, Native.ReadOnly | Native.NoFollow | Native.NonBlock);
        if (stdin < 0)
        {
            var errno = Native.Errno;
            Fail(execution, errno, $"{launch.Stdin}: {ErrorText(errno)}");
            return;
        }

        int outputReading = -1, outputWriting = -1, errorsReading = -1, errorsWriting = -1;
        var rc = Libc.Pipe(out outputReading, out outputWriting) && Libc.Pipe(out errorsReading, out errorsWriting) ? 0 : Native.Errno;
        var pid = 0;
        if (rc == 0)
        {
            rc = Spawn(launch, stdin, outputWriting, errorsWriting, out pid);
        }

        Native.Close(outputWriting);
        Native.Close(errorsWriting);
        if (stdin > 0)
        {
            Native.Close(stdin);
        }

        if (rc != 0)
        {
            Native.Close(outputReading);
            Native.Close(errorsReading);
            Fail(execution, rc, Explain(launch, rc));
            return;
        }

        Began(execution, pid, outputReading, errorsReading);
    }

    private void Began(Execution execution, int pid, int outputReading, int errorsReading)
    {
        execution.State = ExecutionState.Running;
        execution.Pid = pid;
        execution.StartTime = ProcessTable.TryRead(pid, out var entry) ? entry.StartTime : 0;
        execution.StartedAtUnixMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        execution.StartedTick = execution.LastOutputTick = Now();
        execution.OutputWatch = _watches.Add(outputReading, WatchKind.Output, execution);
        execution.ErrorsWatch = _watches.Add(errorsReading, WatchKind.Errors, execution);
        _live.Add(execution);
        _leaders[pid] = execution;
        var pidfd = Native.PidFd(pid);
        if (pidfd >= 0)
        {
            execution.ExitWatch = _watches.Add(pidfd, WatchKind.Exit, execution);
        }
        else
        {
            // Out of descriptors: the clock finds the end instead.
            execution.LookTick = execution.StartedTick;
        }

        _log.Add($"{HostRecord.Started} {execution.Key} {pid} {execution.StartTime}");
        _startNews ??= _out.Length == 0 ? Now() : null;
        Answer(execution);
    }

    private static int Spawn(Launch launch, int stdin, int outputWriting, int errorsWriting, out int pid)
    {
        var argv = (byte**)NativeMemory.Alloc((nuint)(launch.Argv.Length + 1), (nuint)sizeof(byte*));
        var environment = (byte**)NativeMemory.Alloc((nuint)(launch.Own.Length + launch.Shared.Offsets.Length + 1), (nuint)sizeof(byte*));
        fixed (byte* frame = launch.Frame, shared = launch.Shared.Frame)
        {
            Point(argv, frame, launch.Argv);
            Point(Point(environment, shared, launch.Shared.Offsets), frame, launch.Own);
            ReadOnlySpan<PosixSpawn.Descriptor> stdio = [new(0, stdin), new(1, outputWriting), new(2, errorsWriting)];
            var rc = PosixSpawn.Start(frame + launch.Program, argv, environment, frame + launch.Directory, stdio, out pid);
            NativeMemory.Free(argv);
            NativeMemory.Free(environment);
            return rc;
        }
    }

    /// <returns>Where the closing null stands: more may be put there.</returns>
    private static byte** Point(byte** into, byte* texts, int[] offsets)
    {
        foreach (var offset in offsets)
        {
            *into++ = texts + offset;
        }

        *into = null;
        return into;
    }

    private void Fail(Execution execution, int errno, string message)
    {
        execution.State = ExecutionState.Failed;
        execution.Errno = errno;
        execution.Message = message;
        execution.Launch = null;
        _log.Add($"{HostRecord.Failed} {execution.Key} {errno} {message.ReplaceLineEndings(" ")}");
        _startNews = null;
        Answer(execution);
    }

    /// <summary>posix_spawn reports chdir, exec and a missing interpreter alike.</summary>
    private static string Explain(Launch launch, int errno)
    {
        fixed (byte* frame = launch.Frame)
        {
            var directory = Marshal.PtrToStringUTF8((nint)(frame + launch.Directory))!;
            var program = Marshal.PtrToStringUTF8((nint)(frame + launch.Program))!;
            if (!Directory.Exists(directory))
            {
                return $"working directory {directory}: {ErrorText(errno)}";
            }

            return errno switch
            {
                E2BIG => $"{program}: {ErrorText(errno)} (one argument or variable may have 128 KiB, all together 2 MiB)",
                ENOEXEC => $"{program}: {ErrorText(errno)} (a script needs a first line such as #!/bin/sh)",
                Native.ENOENT when File.Exists(program) => $"{program}: its interpreter is missing",
                _ => $"{program}: {ErrorText(errno)}",
            };
        }
    }

    private static string ErrorText(int errno) => Marshal.GetPInvokeErrorMessage(errno);
}
