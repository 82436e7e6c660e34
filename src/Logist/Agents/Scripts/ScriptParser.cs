using System.Text;

namespace Logist.Agents.Scripts;

/// <summary>Reads a script line by line; every problem is reported with its line, and reading goes on.</summary>
internal sealed class ScriptParser
{
    private readonly string[] _lines;
    private readonly List<(int Line, string Message)> _problems = [];
    private readonly List<ScriptAction> _common = [];
    private readonly List<ScriptSection> _sections = [];
    private int _at;

    private ScriptParser(string text) => _lines = text.Split('\n');

    public static (Script Script, IReadOnlyList<(int Line, string Message)> Problems) Parse(string text)
    {
        var parser = new ScriptParser(text);
        while (parser._at < parser._lines.Length)
        {
            parser.ReadLine(parser._lines[parser._at].Trim(), ++parser._at);
        }

        return (new Script(parser._common, parser._sections), parser._problems);
    }

    private void ReadLine(string line, int number)
    {
        if (line.Length == 0 || line[0] == '#')
        {
            return;
        }

        var (verb, rest) = FirstWord(line);
        if (verb is "when" or "otherwise:" or "otherwise")
        {
            _sections.Add(new ScriptSection(verb == "when" ? Conditions(rest, number) : [], []));
            if (!line.EndsWith(':'))
            {
                Problem(number, $"\"{verb}\" lines end with a colon");
            }

            return;
        }

        if (ScriptGrammar.Spec(verb) is not { } spec)
        {
            Problem(number, $"unknown action \"{verb}\"; known: {ScriptGrammar.Verbs}");
            return;
        }

        var action = Action(verb, spec, rest, number);
        (_sections.Count == 0 ? _common : _sections[^1].Actions).Add(action);
    }

    private List<ScriptCondition> Conditions(string text, int number)
    {
        var conditions = new List<ScriptCondition>();
        foreach (var word in text.TrimEnd(':').Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = word.AsSpan().IndexOfAny("=!<>");
            var end = at < 0 ? 0 : at + (at + 1 < word.Length && word[at + 1] == '=' ? 2 : 1);
            if (at <= 0 || word[at..end] == "!" || end == word.Length)
            {
                Problem(number, $"\"{word}\" is no condition such as step=plan, role=supervisor or attempt>=2");
                continue;
            }

            var condition = new ScriptCondition(word[..at], word[at..end], word[end..].Split('|'));
            if (ScriptGrammar.ConditionProblem(condition) is { } problem)
            {
                Problem(number, problem);
                continue;
            }

            conditions.Add(condition);
        }

        if (conditions.Count == 0)
        {
            Problem(number, "\"when\" needs a condition; a section for the rest begins with \"otherwise:\"");
        }

        return conditions;
    }

    // A spec has one letter per word; capitals are optional, '*' repeats the letter before it, 't' is the rest of the line.
    private ScriptAction Action(string verb, string spec, string rest, int number)
    {
        var words = new List<string>();
        for (var i = 0; i < spec.Length; i++)
        {
            var kind = spec[i] == '*' ? spec[i - 1] : spec[i];
            var optional = char.IsAsciiLetterUpper(kind) || spec[i] == '*';
            if (kind is 't' or 'T')
            {
                return new ScriptAction(number, verb, words, Text(verb, rest, optional, number));
            }

            if (rest.Length == 0)
            {
                if (!optional)
                {
                    Problem(number, $"\"{verb}\" needs {ScriptGrammar.Describe(kind)}");
                }

                break;
            }

            (var word, rest) = Word(rest, number);
            if (ScriptGrammar.WordProblem(char.ToLowerInvariant(kind), word) is { } problem)
            {
                Problem(number, problem);
            }

            words.Add(word);
            if (spec[i] == '*')
            {
                i--;
            }
        }

        if (rest.Length > 0)
        {
            Problem(number, $"\"{rest}\" is too much for \"{verb}\"");
        }

        return new ScriptAction(number, verb, words, null);
    }

    private string? Text(string verb, string rest, bool optional, int number)
    {
        if (rest.Length == 0)
        {
            if (!optional)
            {
                Problem(number, $"\"{verb}\" needs a text");
            }

            return null;
        }

        if (ScriptGrammar.IsShell(verb))
        {
            return rest;
        }

        if (rest.StartsWith("<<", StringComparison.Ordinal))
        {
            return Here(rest[2..].Trim(), number);
        }

        if (rest[0] != '"')
        {
            return ScriptGrammar.IsLine(verb) ? rest + "\n" : rest;
        }

        var (text, after) = Word(rest, number);
        if (after.Length > 0)
        {
            Problem(number, "text after the closing quote; put the whole text in quotes or none of it");
        }

        return text;
    }

    private string Here(string end, int number)
    {
        var first = _at;
        while (_at < _lines.Length && _lines[_at].Trim() != end)
        {
            _at++;
        }

        if (_at == _lines.Length || end.Length == 0)
        {
            Problem(number, $"no line \"{end}\" ends this text");
            return "";
        }

        var lines = _lines[first.._at++];
        var indent = int.MaxValue;
        foreach (var line in lines)
        {
            indent = line.Trim().Length == 0 ? indent : Math.Min(indent, line.Length - line.TrimStart(' ').Length);
        }

        var text = new StringBuilder();
        foreach (var line in lines)
        {
            text.Append(line.AsSpan(Math.Min(indent, line.Length)).TrimEnd('\r')).Append('\n');
        }

        return text.ToString();
    }

    private (string Word, string After) Word(string text, int number)
    {
        if (text[0] != '"')
        {
            return FirstWord(text);
        }

        var word = new StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                return (word.ToString(), text[(i + 1)..].TrimStart());
            }

            if (text[i] == '\\' && i + 1 < text.Length)
            {
                i += Escape(text, i + 1, word, number);
            }
            else
            {
                word.Append(text[i]);
            }
        }

        Problem(number, "a quote is not closed");
        return (word.ToString(), "");
    }

    // Returns how many characters the escape has after its backslash.
    private int Escape(string text, int at, StringBuilder word, int number)
    {
        switch (text[at])
        {
            case 'n':
                word.Append('\n');
                return 1;
            case 't':
                word.Append('\t');
                return 1;
            case 'r':
                word.Append('\r');
                return 1;
            case '"' or '\\':
                word.Append(text[at]);
                return 1;
            case 'x' or 'u':
                var digits = text[at] == 'x' ? 2 : 4;
                if (at + digits < text.Length
                    && int.TryParse(text.AsSpan(at + 1, digits), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code))
                {
                    word.Append((char)code);
                    return 1 + digits;
                }

                break;
        }

        Problem(number, $"unknown escape \"\\{text[at]}\"; known: \\n \\t \\r \\\" \\\\ \\xHH \\uHHHH");
        return 1;
    }

    private static (string First, string After) FirstWord(string text)
    {
        var end = text.AsSpan().IndexOfAny(' ', '\t');
        return end < 0 ? (text, "") : (text[..end], text[end..].TrimStart());
    }

    private void Problem(int line, string message) => _problems.Add((line, message));
}
