namespace Logist.Agents.Streams;

/// <summary>Without its line feed; any bytes.</summary>
internal delegate void LogLine(ReadOnlySpan<byte> line, bool error);

/// <summary>Cuts one stream into lines.</summary>
internal sealed class LineCutter(bool error, LogLine line)
{
    /// <summary>A longer line is no event of anybody: it is left out, so that the memory needed is bounded.</summary>
    public const int MaxLine = 16 << 20;

    private byte[] _held = [];
    private int _count;
    private bool _skipping;

    public void Write(ReadOnlySpan<byte> text)
    {
        for (int end; (end = text.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..])
        {
            if (_skipping)
            {
                _skipping = false;
            }
            else if (_count == 0)
            {
                line(text[..end], error);
            }
            else if (Hold(text[..end]))
            {
                line(_held.AsSpan(0, _count), error);
            }

            _skipping = false;
            _count = 0;
        }

        _ = text.Length > 0 && !_skipping && Hold(text);
    }

    /// <summary>What follows does not continue what came before.</summary>
    public void Cut()
    {
        _count = 0;
        _skipping = true;
    }

    /// <summary>Nothing follows: what there is of a last line without a line feed is one.</summary>
    public void End()
    {
        if (_count > 0 && !_skipping)
        {
            line(_held.AsSpan(0, _count), error);
        }

        _count = 0;
    }

    private bool Hold(ReadOnlySpan<byte> text)
    {
        if (_count + text.Length > MaxLine)
        {
            Cut();
            return false;
        }

        if (_held.Length < _count + text.Length)
        {
            Array.Resize(ref _held, Math.Max(_count + text.Length, Math.Min(MaxLine, _held.Length * 2)));
        }

        text.CopyTo(_held.AsSpan(_count));
        _count += text.Length;
        return true;
    }
}
