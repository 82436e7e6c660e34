using Logist.Core;

namespace Logist.Workflows;

public enum Severity { Error, Warning }

/// <summary>One problem of a file. Line and column count from 1; 0 = the file as a whole.</summary>
public sealed record Diagnostic(string File, int Line, int Column, Severity Severity, string Message, string? Hint = null)
{
    /// <returns><c>file:line:column: error: message (hint)</c>, one line.</returns>
    public override string ToString() =>
        $"{File}{(Line > 0 ? $":{Line}:{Column}" : "")}: {(Severity == Severity.Error ? "error" : "warning")}: {Message}"
        + (Hint is null ? "" : $" ({Hint})");
}

/// <summary>Collects the problems of one or more files; sorts and bounds them at the end.</summary>
internal sealed class Diagnostics
{
    // A file of 4 MiB can hold a million mistakes; nobody reads more than these.
    internal const int MaxReported = 200;

    private readonly Collected _collected;

    internal Diagnostics(string file) : this(file, new Collected()) { }

    private Diagnostics(string file, Collected collected) => (File, _collected) = (file, collected);

    internal string File { get; }

    internal bool HasErrors => _collected.HasErrors;

    /// <summary>What is reported from now on is only counted.</summary>
    internal bool IsFull => _collected.All.Count >= MaxReported;

    /// <summary>The same collection, for positions in another file.</summary>
    internal Diagnostics For(string otherFile) => new(otherFile, _collected);

    internal void Error(Node? at, string message, string? hint = null) => Error(at?.Line ?? 0, at?.Column ?? 0, message, hint);

    internal void Error(int line, int column, string message, string? hint = null) => Add(line, column, Severity.Error, message, hint);

    internal void Warning(Node at, string message, string? hint = null) => Add(at.Line, at.Column, Severity.Warning, message, hint);

    internal IReadOnlyList<Diagnostic> Sorted()
    {
        var sorted = new List<Diagnostic>(_collected.All);
        sorted.Sort((a, b) => Compare(a, b));
        if (_collected.Dropped > 0)
        {
            sorted.Add(new Diagnostic(File, 0, 0, Severity.Error, $"and {_collected.Dropped} more problems"));
        }

        return sorted;
    }

    internal static Problem ToProblem(ErrorKind kind, string file, IReadOnlyList<Diagnostic> problems)
    {
        var lines = new List<string>();
        foreach (var problem in problems)
        {
            if (problem.Severity == Severity.Error)
            {
                lines.Add(problem.ToString());
            }
        }

        var what = lines.Count == 1 ? lines[0] : $"{file} has {lines.Count} problems";
        return new Problem(kind, what, lines.Count == 1 ? null : string.Join('\n', lines));
    }

    private int Compare(Diagnostic a, Diagnostic b)
    {
        // The file that was asked for comes first, then the files it names.
        var byFile = string.CompareOrdinal(a.File == File ? "" : a.File, b.File == File ? "" : b.File);
        return byFile != 0 ? byFile
            : a.Line != b.Line ? a.Line.CompareTo(b.Line)
            : a.Column != b.Column ? a.Column.CompareTo(b.Column)
            : string.CompareOrdinal(a.Message, b.Message);
    }

    private void Add(int line, int column, Severity severity, string message, string? hint)
    {
        _collected.HasErrors |= severity == Severity.Error;
        if (_collected.All.Count < MaxReported)
        {
            _collected.All.Add(new Diagnostic(File, line, column, severity, message, hint));
        }
        else
        {
            _collected.Dropped++;
        }
    }

    private sealed class Collected
    {
        internal List<Diagnostic> All { get; } = [];

        internal int Dropped { get; set; }

        internal bool HasErrors { get; set; }
    }
}
