using System.Buffers.Binary;
using System.Text;

namespace Logist.StepHost;

/// <summary>
/// One frame on host.sock: i32 total length, u8 type, then the fields in the order written beside each type.
/// text = i32 byte count, UTF-8 bytes, NUL (so that argv can point into a received frame). Times are milliseconds, -1 = none.
/// </summary>
internal enum FrameType : byte
{
    // Owner to host.

    /// <summary>i32 set id, i32 count, count × text "K=V".</summary>
    Environment = 1,

    /// <summary>
    /// text execution, text attempt id, i64 time-out, i64 inactivity, i64 grace,
    /// text output log ("" = discard), text stdin ("" = /dev/null), text directory,
    /// text program, i32 set id, i32 count, count × text own "K=V", i32 count, count × text argv.
    /// </summary>
    Start,

    /// <summary>text execution.</summary>
    Withdraw,

    /// <summary>text execution, i64 grace or <see cref="Protocol.Spare"/>.</summary>
    Stop,

    /// <summary>i32 slots.</summary>
    Slots,

    /// <summary>text execution.</summary>
    Acknowledge,

    /// <summary>nothing.</summary>
    List,

    // Host to owner.

    /// <summary>i32 protocol version, i32 host pid.</summary>
    Hello = 64,

    /// <summary>text execution, i32 pid, i64 start time.</summary>
    Started,

    /// <summary>
    /// text execution, i32 code, i32 signal, u8 reason, i64 started at (Unix ms), i64 duration, i64 output bytes, i32 output errno.
    /// </summary>
    Exited,

    /// <summary>text execution, i32 errno, text message.</summary>
    StartFailed,

    /// <summary>text execution.</summary>
    Withdrawn,

    /// <summary>text execution: it waits in the host's queue.</summary>
    Queued,

    /// <summary>nothing: every execution was listed.</summary>
    ListEnd,
}

/// <summary>Why an execution ended.</summary>
internal enum ExitReason : byte
{
    Exit,
    Timeout,
    Inactive,
    Stopped,
}

/// <summary>What both sides of host.sock agree on.</summary>
internal static class Protocol
{
    /// <summary>As the grace of a Stop: takes an earlier one back.</summary>
    public const long Spare = -1;

    public const int Version = 1, HeaderBytes = 5, MaxFrameBytes = 64 << 20, MaxExecutionBytes = 200;

    /// <summary>The host's own marker in its environment; its value is the job directory.</summary>
    public const string HostMarker = "LOGIST_STEP_HOST";

    public const string AttemptMarker = "LOGIST_ATTEMPT_ID";

    /// <summary>Descriptors that the host is born with: the listening socket and the held alive.lock.</summary>
    public const int ListenFd = 3, AliveFd = 4;
}

/// <summary>Frames waiting to be sent, back to back.</summary>
internal sealed class FrameWriter
{
    private byte[] _buffer = new byte[4096];
    private int _frame;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Pending => _buffer.AsSpan(0, Length);

    public FrameWriter Begin(FrameType type)
    {
        _frame = Length;
        Room(Protocol.HeaderBytes);
        Length += 4;
        return Byte((byte)type);
    }

    public void End() => BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_frame), Length - _frame);

    public FrameWriter Byte(byte value)
    {
        Room(1);
        _buffer[Length++] = value;
        return this;
    }

    public FrameWriter Int(int value)
    {
        Room(4);
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(Length), value);
        Length += 4;
        return this;
    }

    public FrameWriter Long(long value)
    {
        Room(8);
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(Length), value);
        Length += 8;
        return this;
    }

    public FrameWriter Text(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        Int(bytes);
        Room(bytes + 1);
        Encoding.UTF8.GetBytes(text, _buffer.AsSpan(Length));
        Length += bytes;
        return Byte(0);
    }

    /// <summary>Drops the first bytes: they were sent.</summary>
    public void Sent(int count)
    {
        Length -= count;
        _buffer.AsSpan(count, Length).CopyTo(_buffer);
        if (Length == 0 && _buffer.Length > 1 << 20)
        {
            _buffer = new byte[4096];
        }
    }

    private void Room(int count)
    {
        if (Length + count > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + count));
        }
    }
}

/// <summary>Reads the fields of one complete frame.</summary>
internal ref struct FrameReader(ReadOnlySpan<byte> frame)
{
    private readonly ReadOnlySpan<byte> _frame = frame;

    /// <summary>Offset of the next field within the frame.</summary>
    public int Position { get; private set; } = Protocol.HeaderBytes;

    public readonly FrameType Type => (FrameType)_frame[4];

    /// <summary>Length of the first frame in the data, 0 = incomplete, -1 = not a frame.</summary>
    public static int FirstLength(ReadOnlySpan<byte> data)
    {
        if (data.Length < Protocol.HeaderBytes)
        {
            return 0;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(data);
        return length is < Protocol.HeaderBytes or > Protocol.MaxFrameBytes ? -1 : data.Length < length ? 0 : length;
    }

    public byte Byte() => _frame[Position++];

    public int Int()
    {
        var value = BinaryPrimitives.ReadInt32LittleEndian(_frame[Position..]);
        Position += 4;
        return value;
    }

    public long Long()
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(_frame[Position..]);
        Position += 8;
        return value;
    }

    public string Text()
    {
        var (start, length) = Skip();
        return Encoding.UTF8.GetString(_frame.Slice(start, length));
    }

    /// <summary>Offset of the NUL-terminated text within the frame.</summary>
    public int TextOffset() => Skip().Start;

    private (int Start, int Length) Skip()
    {
        var length = Int();
        var start = Position;
        Position += length + 1;
        return (start, length);
    }
}
