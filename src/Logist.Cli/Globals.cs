using System.CommandLine;

namespace Logist.Cli;

internal enum ColorMode { Auto, Always, Never }

internal enum ProgressMode { Auto, Live, Plain, Json, None }

/// <summary>The options that every command understands, before or after its name.</summary>
internal sealed record Globals(string? JobsDirectory, string? Store, bool Json, bool Quiet, bool Verbose, bool NoInput, bool Yes,
    ColorMode Color, ProgressMode Progress);

internal sealed class GlobalOptions
{
    public Option<string?> JobsDirectory { get; } = Options.Value("--jobs-dir", "dir",
        "where the jobs are (env LOGIST_JOBS_DIR; default ~/.logist/jobs)");

    public Option<string?> Store { get; } = Options.Value("--store", "address",
        "a database that keeps the jobs: postgres://user@host/database (env LOGIST_STORE; default: files in the jobs directory)");

    public Option<bool> Json { get; } = Options.Flag("--json", "print one JSON document instead of text; errors are JSON on stderr");

    public Option<bool> Quiet { get; } = Options.Flag("--quiet", "no progress and no hints", "-q");

    public Option<bool> Verbose { get; } = Options.Flag("--verbose", "more detail", "-v");

    public Option<bool> NoInput { get; } = Options.Flag("--no-input", "never ask; what would be asked is an error");

    public Option<bool> Yes { get; } = Options.Flag("--yes", "answer yes to every question", "-y");

    public Option<string?> Color { get; } = Options.Choice("--color", "colours (default auto: only on a terminal and without NO_COLOR)",
        "auto", "always", "never");

    public Option<string?> Progress { get; } =
        Options.Choice("--progress", "how a run shows its progress on stderr (default auto: live on a terminal, else plain)", "auto",
            "live", "plain", "json", "none");

    public Option<bool> Version { get; } = Options.Flag("--version", "print the version");

    public Option<bool> Help { get; } = Options.Flag("--help", "print help for the command", "-h");

    public IEnumerable<Option> All => [JobsDirectory, Store, Json, Quiet, Verbose, NoInput, Yes, Color, Progress, Version, Help];

    public Globals Read(ParseResult parse) => new(
        Given(parse, JobsDirectory), Given(parse, Store), parse.GetValue(Json), parse.GetValue(Quiet), parse.GetValue(Verbose),
            parse.GetValue(NoInput), parse.GetValue(Yes),
        ReadColor(parse),
        Given(parse, Progress) switch
        {
            "live" => ProgressMode.Live,
            "plain" => ProgressMode.Plain,
            "json" => ProgressMode.Json,
            "none" => ProgressMode.None,
            _ => ProgressMode.Auto,
        });

    // Asked before errors are looked at: GetValue throws for an option whose value is missing.
    private static string? Given(ParseResult parse, Option option) =>
        parse.GetResult(option) is { Tokens: [var token, ..] } ? token.Value : null;

    private ColorMode ReadColor(ParseResult parse) => Given(parse, Color) switch
    {
        "always" => ColorMode.Always,
        "never" => ColorMode.Never,
        _ => ColorMode.Auto,
    };
}
