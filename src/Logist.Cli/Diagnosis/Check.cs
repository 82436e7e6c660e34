namespace Logist.Cli.Diagnosis;

internal enum Level { Ok, Warn, Fail }

/// <summary>One line of <c>logist doctor</c>.</summary>
internal sealed record Check(string Name, Level Level, string Text, string? Fix = null)
{
    public static Check Ok(string name, string text) => new(name, Level.Ok, text);

    public static Check Warn(string name, string text, string fix) => new(name, Level.Warn, text, fix);

    public static Check Fail(string name, string text, string fix) => new(name, Level.Fail, text, fix);
}
