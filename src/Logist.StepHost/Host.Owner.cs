namespace Logist.StepHost;

/// <summary>The conversation with the one owner.</summary>
internal sealed partial class Host
{
    private readonly FrameWriter _out = new();
    private readonly Dictionary<int, EnvironmentSet> _environments = [];
    private byte[] _in = new byte[64 << 10];
    private int _inLength;
    private int _owner = -1;
    private bool _everOwned, _writableWatched;

    /// <summary>Monotonic millisecond since which nothing but starts waits to be told; null: something else does, or nothing.</summary>
    private long? _startNews;

    private void Accept()
    {
        int fd;
        while ((fd = Libc.Accept(Protocol.ListenFd)) >= 0)
        {
            if (_owner >= 0)
            {
                // What the earlier owner still said counts (an acknowledgement, a stop), what it wanted started does not.
                Converse();
                Part();
            }

            _everOwned = true;
            _owner = _watches.Add(fd, WatchKind.Owner, null);
            _out.Begin(FrameType.Hello).Int(Protocol.Version).Int(Environment.ProcessId).End();
            Send();
        }
    }

    private void Converse()
    {
        while (_owner >= 0)
        {
            if (_inLength == _in.Length)
            {
                Array.Resize(ref _in, _in.Length * 2);
            }

            var n = Libc.Receive(_watches.Fd(_owner), _in.AsSpan(_inLength));
            if (n > 0)
            {
                _inLength += n;
                ReadFrames();
            }
            else if (n < 0 && Native.Errno == Native.EAGAIN)
            {
                break;
            }
            else if (n == 0 || Native.Errno != Native.EINTR)
            {
                Part();
            }
        }

        Send();
    }

    /// <summary>The owner is gone: what waits is never launched without one. A new owner sends it again.</summary>
    private void Part()
    {
        _watches.Close(ref _owner);
        _writableWatched = false;
        _inLength = 0;
        _in = _in.Length > 1 << 20 ? new byte[64 << 10] : _in;
        _out.Sent(_out.Length);
        _environments.Clear();
        foreach (var queued in _queue)
        {
            if (queued.State == ExecutionState.Queued)
            {
                _known.Remove(queued.Key);
            }
        }

        _queue.Clear();
    }

    private void Send()
    {
        _startNews = null;
        while (_owner >= 0 && _out.Length > 0)
        {
            var n = Libc.Send(_watches.Fd(_owner), _out.Pending);
            if (n > 0)
            {
                _out.Sent(n);
            }
            else if (n < 0 && Native.Errno != Native.EINTR)
            {
                // Full, or broken: then the read side says so.
                break;
            }
        }

        if (_owner >= 0 && _writableWatched != _out.Length > 0)
        {
            _writableWatched = !_writableWatched;
            _watches.AlsoWritable(_owner, _writableWatched);
        }
    }

    private void ReadFrames()
    {
        var start = 0;
        int length;
        while ((length = FrameReader.FirstLength(_in.AsSpan(start, _inLength - start))) > 0)
        {
            Obey(_in.AsSpan(start, length));
            start += length;
        }

        if (length < 0)
        {
            Part();
            return;
        }

        _inLength -= start;
        _in.AsSpan(start, _inLength).CopyTo(_in);
    }

    private void Obey(ReadOnlySpan<byte> frame)
    {
        var reader = new FrameReader(frame);
        switch (reader.Type)
        {
            case FrameType.Environment:
                ReadEnvironment(frame);
                break;
            case FrameType.Start:
                Enqueue(frame);
                break;
            case FrameType.Withdraw:
                Withdraw(reader.Text());
                break;
            case FrameType.Stop:
                StopAsked(reader.Text(), reader.Long());
                break;
            case FrameType.Slots:
                _slots = reader.Int();
                break;
            case FrameType.Acknowledge:
                Acknowledge(reader.Text());
                break;
            case FrameType.List:
                List();
                break;
            default:
                // A newer owner's word: it reads our version in the hello and knows what we do not.
                break;
        }
    }

    private void ReadEnvironment(ReadOnlySpan<byte> frame)
    {
        var reader = new FrameReader(frame);
        var id = reader.Int();
        _environments[id] = new EnvironmentSet(frame.ToArray(), Offsets(ref reader));
    }

    private static int[] Offsets(ref FrameReader reader)
    {
        var offsets = new int[reader.Int()];
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = reader.TextOffset();
        }

        return offsets;
    }

    private void Withdraw(string key)
    {
        if (_known.TryGetValue(key, out var execution) && execution.State != ExecutionState.Queued)
        {
            Answer(execution);
            return;
        }

        if (execution is not null)
        {
            // It stays in the queue as a husk: taking it out of the middle would cost the queue's length.
            execution.State = ExecutionState.Failed;
            _known.Remove(key);
        }

        _out.Begin(FrameType.Withdrawn).Text(key).End();
    }

    private void StopAsked(string key, long graceMs)
    {
        var known = _known.TryGetValue(key, out var execution);
        if (graceMs == Protocol.Spare)
        {
            if (known)
            {
                Spare(execution!);
            }
        }
        else if (!known || execution!.State == ExecutionState.Queued)
        {
            Withdraw(key);
        }
        else if (execution.State is ExecutionState.Running or ExecutionState.Clearing)
        {
            Stop(execution, ExitReason.Stopped, graceMs);
        }
        else
        {
            Answer(execution);
        }
    }

    private void Acknowledge(string key)
    {
        if (_known.TryGetValue(key, out var execution) && execution.State is ExecutionState.Exited or ExecutionState.Failed)
        {
            _known.Remove(key);
        }
    }

    private void List()
    {
        foreach (var execution in _known.Values)
        {
            Answer(execution);
        }

        _out.Begin(FrameType.ListEnd).End();
    }

    /// <summary>The same answer however often it is asked for.</summary>
    private void Answer(Execution execution)
    {
        switch (execution.State)
        {
            case ExecutionState.Queued:
                _out.Begin(FrameType.Queued).Text(execution.Key).End();
                break;
            case ExecutionState.Running or ExecutionState.Clearing:
                _out.Begin(FrameType.Started).Text(execution.Key).Int(execution.Pid).Long(execution.StartTime).End();
                break;
            case ExecutionState.Exited:
                _out.Begin(FrameType.Exited).Text(execution.Key).Int(execution.Code).Int(execution.Signal).Byte((byte)execution.Reason)
                    .Long(execution.StartedAtUnixMs).Long(execution.DurationMs)
                    .Long(execution.Output.Total).Int(execution.Output.Errno).End();
                break;
            default:
                _out.Begin(FrameType.StartFailed).Text(execution.Key).Int(execution.Errno).Text(execution.Message).End();
                break;
        }
    }
}
