using Logist.Files;
using Logist.StepHost;

namespace Logist.Processes;

/// <summary>What comes back, and what happens when nothing more can.</summary>
internal sealed partial class StepHostClient
{
    /// <returns>True when the socket has something to read, or its end.</returns>
    private bool WaitFor(int milliseconds, bool wakes)
    {
        Span<Libc.PollEntry> entries =
        [
            new() { Fd = Libc.Fd(_socket), Wanted = Libc.PollIn },
            new() { Fd = wakes ? Libc.Fd(_wake) : -1, Wanted = Libc.PollIn },
        ];

        // EINTR counts as a wake-up: whoever sent the signal wants something looked at.
        var ready = Libc.Poll(entries, milliseconds);
        if (ready > 0 && entries[1].Ready != 0)
        {
            Span<byte> count = stackalloc byte[8];
            _ = Native.Read(Libc.Fd(_wake), count);
        }

        return ready > 0 && entries[0].Ready != 0;
    }

    /// <summary>Takes everything there is.</summary>
    private void Read()
    {
        while (!_gone)
        {
            if (_inEnd == _in.Length)
            {
                MakeRoom();
            }

            var n = Libc.Receive(_socket, _in.AsSpan(_inEnd));
            var errno = n < 0 ? Libc.LastError : 0;
            if (n > 0)
            {
                _inEnd += n;
                ReadFrames();
            }
            else if (errno == Native.EAGAIN)
            {
                return;
            }
            else if (errno != Native.EINTR)
            {
                Ended();
            }
        }
    }

    private void MakeRoom()
    {
        var length = _inEnd - _inStart;
        var target = length > _in.Length / 2 ? new byte[_in.Length * 2] : _in;
        _in.AsSpan(_inStart, length).CopyTo(target);
        (_in, _inStart, _inEnd) = (target, 0, length);
    }

    /// <summary>
    /// End of file. Before the hello of a host that was found alive it only means that this host was about to leave: another is
    /// started and gets everything again. A host of our own that never said hello cannot start at all.
    /// </summary>
    private void Ended()
    {
        if (_greeted)
        {
            Lose("the step host ended, or another owner took over");
        }
        else if (_fresh || ++_attempts >= HelloAttempts)
        {
            Lose("the step host did not start (host.log may say why)");
        }
        else
        {
            _socket.Dispose();
            (_socket, _fresh) = StepHostLauncher.Connect(_job);
            (_inStart, _inEnd) = (0, 0);
            foreach (var said in _unconfirmed.ToArray())
            {
                Say(said);
            }
        }
    }

    private void Say(ReadOnlySpan<byte> frames)
    {
        while (frames.Length > 0)
        {
            var n = Libc.Send(_socket, frames);
            var errno = n < 0 ? Libc.LastError : 0;
            Span<Libc.PollEntry> entries = [new() { Fd = Libc.Fd(_socket), Wanted = Libc.PollOut }];
            if (n > 0)
            {
                frames = frames[n..];
            }
            else if (errno != Native.EINTR && (errno != Native.EAGAIN || Libc.Poll(entries, PatienceMs) == 0))
            {
                return;
            }
        }
    }

    private void Lose(string why)
    {
        if (!_gone)
        {
            _gone = true;
            _pending.Enqueue(new HostEvent.Gone(why));
            StepHostLauncher.ReapEnded();
        }
    }

    private void ReadFrames()
    {
        int length;
        while ((length = FrameReader.FirstLength(_in.AsSpan(_inStart, _inEnd - _inStart))) > 0)
        {
            Hear(new FrameReader(_in.AsSpan(_inStart, length)));
            _inStart += length;
        }

        if (length < 0)
        {
            Lose("it does not speak our language");
        }

        if (_inStart == _inEnd)
        {
            (_inStart, _inEnd) = (0, 0);
        }
    }

    private void Hear(FrameReader frame)
    {
        switch (frame.Type)
        {
            case FrameType.Hello:
                _greeted = true;
                _unconfirmed.Clear();
                if (frame.Int() != Protocol.Version)
                {
                    Lose("a step host of another version of logist is running; it ends with its steps");
                }

                break;
            case FrameType.Started:
                var started = new HostEvent.Started(frame.Text(), frame.Int(), frame.Long());
                Tell(HostExecutionState.Running, started.Execution, started);
                break;
            case FrameType.Exited:
                var exited = new HostEvent.Exited(
                    frame.Text(), frame.Int(), frame.Int(), (ExitReason)frame.Byte(), DateTimeOffset.FromUnixTimeMilliseconds(frame.Long()),
                    frame.Long(), frame.Long(), frame.Int());
                Tell(HostExecutionState.Exited, exited.Execution, exited);
                break;
            case FrameType.StartFailed:
                var failed = new HostEvent.StartFailed(frame.Text(), frame.Int(), frame.Text());
                Tell(HostExecutionState.Failed, failed.Execution, failed);
                break;
            case FrameType.Withdrawn:
                _pending.Enqueue(new HostEvent.Withdrawn(frame.Text()));
                break;
            case FrameType.Queued:
                var queued = frame.Text();
                _listed[queued] = new HostExecution(queued, HostExecutionState.Queued, null);
                break;
            case FrameType.ListEnd:
                _listing = false;
                break;
            default:
                break;
        }
    }

    /// <summary>Whatever happens before a list is complete is in the list, so it is told there only.</summary>
    private void Tell(HostExecutionState state, string execution, HostEvent happened)
    {
        if (_listing)
        {
            _listed[execution] = new HostExecution(execution, state, happened);
        }
        else
        {
            _pending.Enqueue(happened);
        }
    }
}
