using System.CommandLine;
using Logist.Cli.Output;
using Logist.Core;

namespace Logist.Cli.Commands;

internal static class HelpCommand
{
    internal sealed record Options(IReadOnlyList<string> Topic);

    public static CliCommand Build(CliCommand root)
    {
        var topic = new Argument<string[]>("topic") { Description = "exit-codes, or a command such as: job run",
            Arity = ArgumentArity.ZeroOrMore };
        return new CliCommand("help", "Explains a command, or the exit codes.")
        {
            Arguments = { topic },
            Examples = ["logist help exit-codes", "logist help init"],
            Execute = (session, parse, _) => ExecuteAsync(root, session, new Options(parse.GetValue(topic) ?? [])),
        };
    }

    private static Task<int> ExecuteAsync(CliCommand root, Session session, Options options)
    {
        if (options.Topic is ["exit-codes"])
        {
            WriteExitCodes(session);
            return Task.FromResult(ExitCode.Ok);
        }

        Command command = root;
        foreach (var word in options.Topic)
        {
            command = command.Subcommands.FirstOrDefault(c => c.Name == word)
                ?? throw new LogistException(ErrorKind.Usage, $"there is no help about \"{string.Join(' ', options.Topic)}\"", null,
                    "logist --help", "logist help exit-codes");
        }

        session.Terminal.WriteLines(HelpText.Lines(command));
        return Task.FromResult(ExitCode.Ok);
    }

    private static void WriteExitCodes(Session session)
    {
        if (!session.Globals.Json)
        {
            session.Terminal.WriteLines(ExitCode.All.Select(entry => $"{entry.Code,3}  {entry.Meaning}"));
            return;
        }

        session.Terminal.WriteJson(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("schema", "logist.exit_codes/v1");
            writer.WriteStartArray("items");
            foreach (var (code, meaning) in ExitCode.All)
            {
                writer.WriteStartObject();
                writer.WriteNumber("code", code);
                writer.WriteString("meaning", meaning);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }
}
