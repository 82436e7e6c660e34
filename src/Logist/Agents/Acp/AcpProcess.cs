using System.Runtime.InteropServices;
using Logist.Agents.Streams;
using Logist.Files;
using Logist.Processes;
using Logist.StepHost;
using Microsoft.Win32.SafeHandles;

namespace Logist.Agents.Acp;

/// <summary>The agent program: a session of its own, its standard input and output by pipes, its standard error where ours goes.</summary>
internal sealed unsafe class AcpProcess : IDisposable
{
    private const int SetFlags = 4, NoHang = 1, WriteSlice = 100;
    private const short PollOut = 4;

    private readonly SafeFileHandle _input;
    private readonly int _pid;
    private int? _status;

    private AcpProcess(int pid, SafeFileHandle input, SafeFileHandle output)
    {
        _pid = pid;
        _input = input;
        Output = output;
    }

    public SafeFileHandle Output { get; }

    /// <exception cref="AcpException">The program is not there or cannot be started.</exception>
    public static AcpProcess Launch(IReadOnlyList<string> command, string directory)
    {
        var environment = OwnProgram.EnvironmentOfChildren();
        var (program, errno, message) = Programs.Find(command[0], directory, environment);
        if (program is null)
        {
            throw NotStarted(command[0], errno, message);
        }

        int* input = stackalloc int[2], output = stackalloc int[2];
        if (pipe2(input, Native.CloseOnExec) != 0 || pipe2(output, Native.CloseOnExec) != 0)
        {
            throw new AcpException(new AgentError($"no pipe to the agent: {Libc.ErrorText(Libc.LastError)}"));
        }

        using var childInput = new SafeFileHandle(input[0], ownsHandle: true);
        using var childOutput = new SafeFileHandle(output[1], ownsHandle: true);
        var ours = new SafeFileHandle(input[1], ownsHandle: true);
        var told = new SafeFileHandle(output[0], ownsHandle: true);
        _ = fcntl(input[1], SetFlags, Native.NonBlock);
        var rc = Spawn(program, command, environment, directory, input[0], output[1], out var pid);
        if (rc == 0)
        {
            return new AcpProcess(pid, ours, told);
        }

        ours.Dispose();
        told.Dispose();
        throw NotStarted(program, rc, $"{program}: {Libc.ErrorText(rc)}");
    }

    /// <summary>Writes everything, however slowly the agent reads.</summary>
    /// <param name="stop">Asked while the agent does not read; true ends the attempt to write.</param>
    /// <returns>False: the agent does not read any more.</returns>
    public bool Write(ReadOnlySpan<byte> data, Func<bool> stop)
    {
        while (data.Length > 0)
        {
            nint written;
            fixed (byte* p = data)
            {
                written = _input.IsClosed ? -1 : write(Libc.Fd(_input), p, data.Length);
            }

            if (written > 0)
            {
                data = data[(int)written..];
                continue;
            }

            var errno = Libc.LastError;
            if (_input.IsClosed || errno is not (Libc.EAGAIN or Libc.EINTR) || stop())
            {
                return false;
            }

            Span<Libc.PollEntry> wait = [new Libc.PollEntry { Fd = Libc.Fd(_input), Wanted = PollOut }];
            _ = Libc.Poll(wait, WriteSlice);
        }

        return true;
    }

    public void CloseInput() => _input.Dispose();

    /// <returns>How it ended, for people; null: it is still there when the time is over.</returns>
    public string? AwaitExit(TimeSpan limit)
    {
        var deadline = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (!Reaped())
        {
            var left = deadline - Environment.TickCount64;
            if (left <= 0)
            {
                return null;
            }

            _ = Libc.Poll([], (int)Math.Min(left, 10));
        }

        var signal = _status!.Value & 0x7f;
        return signal != 0 ? $"signal {signal}" : $"exit code {ExitCode}";
    }

    /// <summary>After the exit; null where a signal ended it.</summary>
    public int? ExitCode => _status is { } status && (status & 0x7f) == 0 ? (status >> 8) & 0xff : null;

    /// <summary>Signals the agent and what is still in its process group.</summary>
    public void Signal(int number)
    {
        // Not after it was reaped: its number may be another group's by then.
        if (_status is null)
        {
            _ = kill(-_pid, number);
        }
    }

    public void Dispose()
    {
        _input.Dispose();
        Output.Dispose();
    }

    private bool Reaped()
    {
        if (_status is null)
        {
            int status;
            var rc = waitpid(_pid, &status, NoHang);
            _status = rc == _pid ? status : rc < 0 && Libc.LastError != Libc.EINTR ? 0 : null;
        }

        return _status is not null;
    }

    private static int Spawn(string program, IReadOnlyList<string> command, string[] environment, string directory, int input, int output,
        out int pid)
    {
        var argv = new NativeStrings([.. command]);
        var envp = new NativeStrings(environment);
        fixed (byte* path = Native.Bytes(program), place = Native.Bytes(directory))
        fixed (byte* argumentBytes = argv.Bytes, environmentBytes = envp.Bytes)
        fixed (nint* arguments = argv.Pointers(argumentBytes), variables = envp.Pointers(environmentBytes))
        {
            return PosixSpawn.Start(path, (byte**)arguments, (byte**)variables, place,
                [new PosixSpawn.Descriptor(0, input), new PosixSpawn.Descriptor(1, output)], out pid);
        }
    }

    private static AcpException NotStarted(string program, int errno, string message) => new(
        new AgentError($"the agent program {program} could not be started: {message}", null,
            errno is Native.ENOENT or Native.EACCES or Native.ENOTDIR ? AcpErrors.MissingTool : null), AcpException.NoProgram);

    [DllImport("libc")] private static extern int pipe2(int* ends, int flags);
    [DllImport("libc")] private static extern int fcntl(int fd, int command, int value);
    [DllImport("libc")] private static extern nint write(int fd, byte* data, nint count);
    [DllImport("libc")] private static extern int waitpid(int pid, int* status, int options);
    [DllImport("libc")] private static extern int kill(int pid, int signal);
}
