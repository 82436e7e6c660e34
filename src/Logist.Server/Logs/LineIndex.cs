namespace Logist.Server.Logs;

/// <summary>Where lines begin in a text that grows, sparsely, and which is the first that looks like an error.</summary>
internal sealed class LineIndex
{
    public const int Every = 1000;

    private readonly List<long> _offsets = [];
    private readonly byte[] _line = new byte[ErrorLines.LookedAt];
    private int _kept;
    private bool _inLine;

    /// <summary>Bytes so far.</summary>
    public long Size { get; private set; }

    /// <summary>The last one may be incomplete.</summary>
    public long Lines { get; private set; }

    /// <summary>Of line 0, 1000, 2000 …</summary>
    public IReadOnlyList<long> Offsets => _offsets;

    /// <summary>Counted from 0; null: none so far.</summary>
    public long? FirstError { get; private set; }

    public void Add(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            if (!_inLine)
            {
                Begin();
            }

            var end = text.IndexOf((byte)'\n');
            Keep(end < 0 ? text : text[..end]);
            var taken = end < 0 ? text.Length : end + 1;
            Size += taken;
            text = text[taken..];
            if (end >= 0)
            {
                End();
            }
        }
    }

    /// <summary>The line that has no line feed is complete, too.</summary>
    public void End()
    {
        if (_inLine && FirstError is null && ErrorLines.Matches(_line.AsSpan(0, _kept)))
        {
            FirstError = Lines - 1;
        }

        _inLine = false;
    }

    private void Begin()
    {
        if (Lines % Every == 0)
        {
            _offsets.Add(Size);
        }

        (_inLine, _kept) = (true, 0);
        Lines++;
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        if (FirstError is null)
        {
            part = part[..Math.Min(part.Length, _line.Length - _kept)];
            part.CopyTo(_line.AsSpan(_kept));
            _kept += part.Length;
        }
    }
}
