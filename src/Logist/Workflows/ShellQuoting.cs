using System.Text;

namespace Logist.Workflows;

/// <summary>
/// Follows a POSIX shell line just far enough to know inside which quotes the next character stands. Values travel in variables, so
/// a wrong answer could at worst split a value into words; where shells disagree or nothing is expanded, expressions are refused.
/// </summary>
internal sealed class ShellQuoting
{
    private enum Frame { Bare, Group, Substitution, Double, Single, Backtick, Braces, Arithmetic }

    private readonly Stack<Frame> _frames = new([Frame.Bare]);
    private readonly StringBuilder _word = new();
    private string? _forGood;
    private bool _escaped;
    private bool _comment;
    private bool _wordStart = true;
    private int _depth;
    private char _last;

    /// <summary>Why no expression can stand here, as in "an expression cannot stand …", or null.</summary>
    internal string? Refused =>
        _forGood ?? (_escaped ? "right after a backslash"
        : _frames.Contains(Frame.Backtick) ? "inside backticks; use $(…)"
        : _frames.Contains(Frame.Braces) ? "inside ${…}; assign it to a variable first"
        : _frames.Contains(Frame.Arithmetic) ? "inside $((…)); values are text"
        : null);

    /// <summary>The text that stands for the variable's value at this place: one word, or a part of one.</summary>
    internal string Quote(string variable)
    {
        _wordStart = false;
        _last = '"';
        return _frames.Peek() switch
        {
            Frame.Double => $"${{{variable}}}",
            Frame.Single => $"'\"${{{variable}}}\"'",
            _ => $"\"${{{variable}}}\"",
        };
    }

    internal void Read(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (_comment)
            {
                _comment = c != '\n';
                _wordStart = !_comment;
            }
            else if (_escaped)
            {
                _escaped = false;
                _wordStart = false;
            }
            else
            {
                i += Take(c, text.AsSpan(i + 1));
            }

            _last = c;
        }
    }

    /// <returns>How many of the following characters were taken as well.</returns>
    private int Take(char c, ReadOnlySpan<char> next)
    {
        switch (_frames.Peek())
        {
            case Frame.Single:
                PopAt('\'', c);
                return 0;
            case Frame.Double:
                return TakeDouble(c, next);
            case Frame.Backtick:
                _escaped = c == '\\';
                PopAt('`', c);
                return 0;
            case Frame.Arithmetic:
                _depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                if (_depth == 0)
                {
                    _ = _frames.Pop();
                }

                return 0;
            case Frame.Braces:
                return TakeBraces(c, next);
            default:
                return TakeBare(c, next);
        }
    }

    private int TakeDouble(char c, ReadOnlySpan<char> next)
    {
        _escaped = c == '\\';
        PopAt('"', c);
        return c == '`' ? Push(Frame.Backtick, 0) : c == '$' ? TakeDollar(next) : 0;
    }

    private int TakeBraces(char c, ReadOnlySpan<char> next)
    {
        // Within double quotes a single quote inside ${…} is an ordinary character.
        var quoted = _frames.Count > 1 && _frames.ElementAt(1) == Frame.Double;
        _escaped = c == '\\';
        PopAt('}', c);
        return c switch
        {
            '"' => Push(Frame.Double, 0),
            '\'' when !quoted => Push(Frame.Single, 0),
            '`' => Push(Frame.Backtick, 0),
            '$' => TakeDollar(next),
            _ => 0,
        };
    }

    private int TakeBare(char c, ReadOnlySpan<char> next)
    {
        EndWord(c);
        var start = _wordStart;
        _wordStart = IsBoundary(c);
        switch (c)
        {
            case '#' when start:
                _comment = true;
                return 0;
            case '\\':
                _escaped = true;
                return 0;
            case '\'':
                // $'…' is quoting with escapes in some shells, a dollar sign and a quote in others.
                _forGood ??= _last == '$' ? "after $'…'; use other quotes" : null;
                return Push(Frame.Single, 0);
            case '"':
                return Push(Frame.Double, 0);
            case '`':
                return Push(Frame.Backtick, 0);
            case '$':
                return TakeDollar(next);
            case '(':
                return Push(Frame.Group, 0);
            case ')' when _frames.Peek() != Frame.Bare:
                _ = _frames.Pop();
                _wordStart = false;
                return 0;
            case '<' when next.StartsWith("<<", StringComparison.Ordinal):
                return 2;
            case '<' when next.StartsWith("<", StringComparison.Ordinal):
                _forGood ??= "in or after a here-document; put it before, or use printf";
                return 1;
            default:
                return 0;
        }
    }

    private int TakeDollar(ReadOnlySpan<char> next)
    {
        if (next.StartsWith("((", StringComparison.Ordinal))
        {
            _depth = 2;
            return Push(Frame.Arithmetic, 2);
        }

        return next.StartsWith("(", StringComparison.Ordinal) ? Push(Frame.Substitution, 1)
            : next.StartsWith("{", StringComparison.Ordinal) ? Push(Frame.Braces, 1)
            : 0;
    }

    private int Push(Frame frame, int taken)
    {
        _frames.Push(frame);
        _ = _word.Clear();
        _wordStart = frame is Frame.Group or Frame.Substitution;
        return taken;
    }

    private void PopAt(char end, char c)
    {
        if (c == end)
        {
            _ = _frames.Pop();
            _wordStart = false;
        }
    }

    // The patterns of case … in a) would look like the end of $( … ).
    private void EndWord(char c)
    {
        if (!IsBoundary(c))
        {
            _ = _word.Length < 8 ? _word.Append(c) : _word;
            return;
        }

        if (_word.Equals("case") && _frames.Contains(Frame.Substitution))
        {
            _forGood ??= "after case inside $(…); assign it to a variable first";
        }

        _ = _word.Clear();
    }

    private static bool IsBoundary(char c) => c is ' ' or '\t' or '\n' or ';' or '&' or '|' or '(' or ')' or '<' or '>';
}
