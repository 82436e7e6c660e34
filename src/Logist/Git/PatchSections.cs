using System.Text;

namespace Logist.Git;

/// <summary>
/// Cuts a patch into its files while git prints it, and keeps those that are wanted and not too long: memory is bounded whatever the
/// patch. A line that begins with <c>diff --git</c> begins a file; lines of content have a sign before them.
/// </summary>
internal sealed class PatchSections(int bytesMax, int allBytesMax, IReadOnlySet<int> wanted) : MemoryStream
{
    private static readonly byte[] Start = Encoding.ASCII.GetBytes("diff --git ");

    private readonly Dictionary<int, byte[]> _kept = [];
    private readonly MemoryStream _section = new();
    private int _current = -1, _matched, _total;
    private bool _tooLong;

    /// <returns>Null: it is not wanted, or too long.</returns>
    public string? Text(int section) => _kept.TryGetValue(section, out var bytes) ? Encoding.UTF8.GetString(bytes) : null;

    protected override void Dispose(bool disposing)
    {
        _section.Dispose();
        base.Dispose(disposing);
    }

    // All ways of writing to a derived stream come here.
    public override void Write(byte[] buffer, int offset, int count)
    {
        var text = buffer.AsSpan(offset, count);
        while (text.Length > 0)
        {
            if (_matched >= 0)
            {
                Match(text[0]);
                text = text[1..];
                continue;
            }

            var end = text.IndexOf((byte)'\n') + 1;
            var part = end == 0 ? text : text[..end];
            Keep(part);
            _matched = end == 0 ? -1 : 0;
            text = text[part.Length..];
        }
    }

    /// <summary>Nothing follows.</summary>
    public void End()
    {
        if (_current >= 0 && !_tooLong && wanted.Contains(_current))
        {
            _kept[_current] = _section.ToArray();
            _total += (int)_section.Length;
        }
    }

    /// <summary>At the beginning of a line, as far as it is like that of a file.</summary>
    private void Match(byte next)
    {
        if (next == Start[_matched])
        {
            if (++_matched == Start.Length)
            {
                End();
                _current++;
                _section.SetLength(0);
                _tooLong = false;
                Keep(Start);
                _matched = -1;
            }

            return;
        }

        Keep(Start.AsSpan(0, _matched));
        Keep([next]);
        _matched = next == '\n' ? 0 : -1;
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        _tooLong |= _section.Length + part.Length > bytesMax || _total + _section.Length + part.Length > allBytesMax;
        if (!_tooLong && wanted.Contains(_current))
        {
            _section.Write(part);
        }
    }
}
