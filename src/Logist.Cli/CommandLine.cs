using System.CommandLine;
using System.Reflection;
using Logist.Cli.Output;

namespace Logist.Cli;

/// <summary>From arguments to an exit code. Never throws.</summary>
internal static class CommandLine
{
    // "@file" is a job nobody has, not a file to read arguments from.
    private static readonly ParserConfiguration Configuration = new() { ResponseFileTokenReplacer = null };

    /// <summary>With the first letters of the commit it was built from: <c>0.1.0+05b2a3e</c>.</summary>
    public static string Version { get; } = Short(typeof(CommandLine).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);

    public static async Task<int> RunAsync(string[] args, StandardStreams streams, Surroundings surroundings)
    {
        var terminal = Terminal.Plain(streams);
        using var interrupts = new Interrupts();
        try
        {
            var globals = new GlobalOptions();
            var parse = CommandTree.Build(globals, args).Parse(args, Configuration);
            if (NeedsAllCommands(parse, globals, args))
            {
                globals = new GlobalOptions();
                parse = CommandTree.Build(globals, words: null).Parse(args, Configuration);
            }

            var asked = globals.Read(parse);
            terminal = new Terminal(streams, asked, surroundings);
            using var session = new Session(terminal, asked, surroundings, interrupts);
            var code = await RunAsync(parse, globals, session);
            await streams.Out.FlushAsync();
            return code;
        }
#pragma warning disable CA1031 // The last line of defence: whatever it is becomes one report and an exit code.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Failures.Report(e, terminal, surroundings, interrupts.ExitCode);
        }
    }

    /// <summary>Help lists the others, and a mistake may have meant one of them.</summary>
    private static bool NeedsAllCommands(ParseResult parse, GlobalOptions globals, string[] args) =>
        args.Length == 0 || args.Contains("help") || parse.GetValue(globals.Help)
            || (!parse.GetValue(globals.Version) && UsageErrors.Find(parse) is not null);

    private static Task<int> RunAsync(ParseResult parse, GlobalOptions globals, Session session)
    {
        var command = (CliCommand)parse.CommandResult.Command;
        if (parse.GetValue(globals.Help) || (parse.Tokens.Count == 0 && parse.Errors.Count <= 1))
        {
            session.Terminal.WriteLines(HelpText.Lines(command));
            return Task.FromResult(ExitCode.Ok);
        }

        if (parse.GetValue(globals.Version))
        {
            session.Terminal.Out.WriteLine($"logist {Version}");
            return Task.FromResult(ExitCode.Ok);
        }

        if (UsageErrors.Find(parse) is { } problem)
        {
            session.Terminal.WriteError(problem);
            session.Terminal.WriteHint(HelpText.Usage(command));
            return Task.FromResult(ExitCode.Usage);
        }

        return command.Execute!(session, parse, session.Interrupts.Stop);
    }

    private static string Short(string version) => version.IndexOf('+', StringComparison.Ordinal) is >= 0 and var plus
        && version.Length > plus + 8 ? version[..(plus + 8)] : version;
}
