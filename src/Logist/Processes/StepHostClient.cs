using System.Buffers.Binary;
using System.Diagnostics;
using Logist.Core;
using Logist.Files;
using Logist.StepHost;
using Logist.Stores;
using Microsoft.Win32.SafeHandles;

namespace Logist.Processes;

/// <summary>
/// The one owner's line to its job's step host. Used by one thread; only <see cref="Wake"/> may be called from anywhere.
/// Requests are buffered until <see cref="Flush"/>; the answers arrive by <see cref="Receive"/>, each execution's in order.
/// A second owner that connects ends the first one's line.
/// </summary>
internal sealed partial class StepHostClient : IDisposable
{
    internal const int HelloAttempts = 5, PatienceMs = 30_000, ArgumentLimit = 8 << 20, E2BIG = 7;

    private readonly JobLayout _job;
    private readonly SafeFileHandle _wake = Libc.EventCounter();
    private readonly FrameWriter _out = new();
    private readonly Queue<HostEvent> _pending = new();

    /// <summary>Sent before the host said hello: said again if that host was just leaving.</summary>
    private readonly List<byte[]> _unconfirmed = [];
    private SafeFileHandle _socket;
    private bool _fresh, _greeted, _gone, _listing;
    private Dictionary<string, HostExecution> _listed = [];
    private byte[] _in = new byte[16 << 10];
    private int _inStart, _inEnd, _attempts;

    private StepHostClient(JobLayout job, SafeFileHandle socket, bool fresh)
    {
        (_job, _socket, _fresh) = (job, socket, fresh);
    }

    /// <summary>
    /// Connects to the living host, else starts one; does not wait until it is ready. What an earlier owner had waiting in the host's
    /// queue is dropped: it was never launched and has to be sent again.
    /// </summary>
    /// <exception cref="LogistException">
    /// Storage; MissingTool: the host's program is not beside ours; Busy: alive.lock is held by something else.
    /// </exception>
    public static StepHostClient Connect(JobLayout job, int slots)
    {
        var (socket, fresh) = StepHostLauncher.Connect(job);
        var client = new StepHostClient(job, socket, fresh);
        client.SetSlots(slots);
        client.Flush();
        return client;
    }

    /// <summary>The host was started by this client: it knows of nothing.</summary>
    public bool IsFresh => _fresh;

    public static bool IsAlive(JobLayout job) => StepHostLauncher.IsAlive(job);

    /// <summary>
    /// All that the host queues, runs, or has seen end without an <see cref="Acknowledge"/>; what is in it does not come as an event
    /// again. Flushes; waits for the answer. An owner that restarts asks this first, then <see cref="HostLog"/> (only now every
    /// earlier host is surely gone), and starts again what neither knows.
    /// </summary>
    /// <returns>Null: the host is gone, or does not answer.</returns>
    public IReadOnlyList<HostExecution>? List()
    {
        _out.Begin(FrameType.List).End();
        Flush();
        _listed = new Dictionary<string, HostExecution>(StringComparer.Ordinal);
        _listing = true;
        var asked = Stopwatch.GetTimestamp();
        while (_listing && !_gone)
        {
            if (WaitFor(PatienceMs, wakes: false))
            {
                Read();
            }
            else if (Stopwatch.GetElapsedTime(asked).TotalMilliseconds > PatienceMs)
            {
                Lose("it does not answer");
            }
        }

        return _gone ? null : [.. _listed.Values];
    }

    /// <summary>
    /// Asks for a launch as soon as a slot is free. The same execution again never starts it twice: what is known comes again.
    /// A missing program is a <see cref="HostEvent.StartFailed"/>.
    /// </summary>
    /// <exception cref="LogistException">Usage: a NUL in a text, or an execution key that host.log cannot hold.</exception>
    public void Start(in StartRequest request)
    {
        CheckKey(request.Execution);
        CheckKey(request.AttemptId);
        var (program, errno, message) = request.Argv.Count == 0
            ? (null, Native.ENOENT, "an empty command")
            : Programs.Find(request.Argv[0], request.WorkingDirectory, request.Environment);
        if (Length(request.Argv) > ArgumentLimit)
        {
            (program, errno, message) = (null, E2BIG, Libc.ErrorText(E2BIG));
        }

        if (program is null)
        {
            _pending.Enqueue(new HostEvent.StartFailed(request.Execution, errno, message));
            return;
        }

        var set = ShareEnvironment(request, out var own);
        _out.Begin(FrameType.Start).Text(request.Execution).Text(request.AttemptId)
            .Long(Milliseconds(request.Timeout)).Long(Milliseconds(request.Inactivity)).Long(Milliseconds(request.Grace))
            .Text(Whole(request.OutputLog ?? "")).Text(Whole(request.StdinFile ?? ""))
            .Text(Whole(request.WorkingDirectory)).Text(Whole(program));
        _out.Int(set);
        Texts(own);
        Texts(request.Argv);
        _out.End();
    }

    /// <summary>Answer: Withdrawn, or Started or Exited when it is too late.</summary>
    public void Withdraw(string execution) => OneText(FrameType.Withdraw, execution);

    /// <summary>SIGTERM to the whole tree, after the grace SIGKILL. One that still waits is withdrawn.</summary>
    public void Stop(string execution, TimeSpan grace)
    {
        _out.Begin(FrameType.Stop).Text(execution).Long(Milliseconds(grace));
        _out.End();
    }

    /// <summary>Takes a <see cref="Stop"/> back, if its grace is not over: there will be no SIGKILL, and its end counts like any
    /// other.</summary>
    public void Spare(string execution)
    {
        _out.Begin(FrameType.Stop).Text(execution).Long(Protocol.Spare);
        _out.End();
    }

    /// <summary>How many may run at the same time.</summary>
    public void SetSlots(int slots)
    {
        _out.Begin(FrameType.Slots).Int(slots);
        _out.End();
    }

    /// <summary>Its end is durable in the journal: the host may forget it.</summary>
    public void Acknowledge(string execution) => OneText(FrameType.Acknowledge, execution);

    /// <summary>Sends what was buffered, in one piece where the socket takes it.</summary>
    public void Flush()
    {
        if (_out.Length == 0)
        {
            return;
        }

        if (!_greeted)
        {
            _unconfirmed.Add(_out.Pending.ToArray());
        }

        while (_out.Length > 0 && !_gone)
        {
            var n = Libc.Send(_socket, _out.Pending);
            var errno = n < 0 ? Libc.LastError : 0;
            if (n > 0)
            {
                _out.Sent(n);
            }
            else if (errno == Native.EAGAIN)
            {
                // A host that is still starting does not read yet.
                Span<Libc.PollEntry> entries = [new() { Fd = Libc.Fd(_socket), Wanted = Libc.PollOut }];
                if (Libc.Poll(entries, PatienceMs) == 0)
                {
                    Lose("it does not read what it is sent");
                }
            }
            else if (errno != Native.EINTR)
            {
                // Broken: the reading side finds out and still gets what the host had said.
                break;
            }
        }

        _out.Sent(_out.Length);
    }

    /// <summary>Waits until the host says something or <see cref="Wake"/> is called, at most so long.</summary>
    /// <returns>How many events were added; 0 after a wake-up or in vain. Gone comes once, as the last one.</returns>
    public int Receive(List<HostEvent> into, TimeSpan wait)
    {
        if (_pending.Count == 0 && !_gone && WaitFor((int)Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), -1, int.MaxValue), wakes: true))
        {
            Read();
        }

        var count = _pending.Count;
        while (_pending.TryDequeue(out var happened))
        {
            into.Add(happened);
        }

        return count;
    }

    /// <summary>Lets what the host says gather for so long, unless <see cref="Wake"/> is called.</summary>
    public void Pause(TimeSpan time)
    {
        Span<Libc.PollEntry> entries = [new() { Fd = Libc.Fd(_wake), Wanted = Libc.PollIn }];
        _ = Libc.Poll(entries, (int)time.TotalMilliseconds);
    }

    /// <summary>Ends a <see cref="Receive"/> that waits, or the next one. From any thread, also after Dispose.</summary>
    public void Wake()
    {
        Span<byte> one = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(one, 1);
        var held = false;
        try
        {
            // The reference keeps a Dispose in another thread from closing, and the kernel from reusing, the number under the write.
            _wake.DangerousAddRef(ref held);
            _ = Libc.Write(_wake, one);
        }
        catch (ObjectDisposedException)
        {
            // A late Ctrl-C.
        }
        finally
        {
            if (held)
            {
                _wake.DangerousRelease();
            }
        }
    }

    /// <summary>Leaves; what runs goes on under the host.</summary>
    public void Dispose()
    {
        Flush();
        _gone = true;
        _socket.Dispose();
        _wake.Dispose();
        StepHostLauncher.ReapEnded();
    }

    private static void CheckKey(string execution)
    {
        var bytes = System.Text.Encoding.UTF8.GetByteCount(execution);
        var valid = bytes is > 0 and <= Protocol.MaxExecutionBytes;
        foreach (var c in execution)
        {
            valid &= c > ' ' && c != '\u007F';
        }

        if (!valid)
        {
            throw new LogistException(
                ErrorKind.Usage, $"\"{execution}\" cannot name an execution", "1 to 200 bytes, no blanks or control characters");
        }
    }

    private static long Length(IReadOnlyList<string> texts)
    {
        var total = 0L;
        for (var i = 0; i < texts.Count; i++)
        {
            total += texts[i].Length;
        }

        return total;
    }

    private static long Milliseconds(TimeSpan? time) => time is { } value ? Math.Max(0, (long)Math.Ceiling(value.TotalMilliseconds)) : -1;

    private void OneText(FrameType type, string execution)
    {
        _out.Begin(type).Text(execution);
        _out.End();
    }
}
