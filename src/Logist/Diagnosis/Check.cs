namespace Logist.Diagnosis;

/// <summary>Info: it is no fault either way.</summary>
internal enum Level { Ok, Info, Warn, Fail }

/// <summary>One line of <c>logist doctor</c>.</summary>
internal sealed record Check(string Name, Level Level, string Text, string? Fix = null)
{
    /// <summary>For checks of agents.</summary>
    public AgentFacts? Agent { get; init; }

    public static Check Ok(string name, string text) => new(name, Level.Ok, text);

    public static Check Info(string name, string text, string fix) => new(name, Level.Info, text, fix);

    public static Check Warn(string name, string text, string fix) => new(name, Level.Warn, text, fix);

    public static Check Fail(string name, string text, string fix) => new(name, Level.Fail, text, fix);
}

/// <param name="Path">Null: not installed.</param>
/// <param name="Login">What logs it in: a variable's name or a file; null: none was found.</param>
/// <param name="Tested">Versions, <c>1.0.0</c> or <c>1.0.0 to 1.2.0</c>.</param>
internal sealed record AgentFacts(string Provider, string? Path, string? Version, string? Login, string Tested, string Install);
