using Logist.Cli.Completion;

namespace Logist.Cli.Commands;

internal static class CompletionCommand
{
    internal sealed record Options(string Shell);

    public static CliCommand Build()
    {
        var shell = Cli.Options.Required("shell", "bash, zsh, fish or pwsh");
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [var given] && Scripts.For(given.Value) is null)
            {
                result.AddError($"completion is there for bash, zsh, fish and pwsh, not for \"{given.Value}\"");
            }
        });
        return new CliCommand("completion", "Prints a script that completes commands, options, job ids and step ids in a shell.")
        {
            Arguments = { shell },
            Examples =
            [
                "source <(logist completion bash)        # in ~/.bashrc",
                "source <(logist completion zsh)         # in ~/.zshrc, after compinit",
                "logist completion fish | source         # in ~/.config/fish/config.fish",
                "logist completion pwsh | Out-String | Invoke-Expression   # in $PROFILE",
            ],
            Execute = (session, parse, _) => ExecuteAsync(session, new Options(parse.GetValue(shell)!)),
        };
    }

    private static Task<int> ExecuteAsync(Session session, Options options)
    {
        session.Terminal.Out.Write(Scripts.For(options.Shell));
        return Task.FromResult(ExitCode.Ok);
    }
}
