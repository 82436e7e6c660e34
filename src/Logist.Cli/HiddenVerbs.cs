using System.Runtime.CompilerServices;
using Logist.Agents;
using Logist.Agents.Acp;
using Logist.Cli.Completion;
using Logist.Cli.Output;
using Logist.Engine;
using Logist.Models;
using Logist.Server.Api;
using Logist.Stores;
using Logist.Workflows;

namespace Logist.Cli;

/// <summary>Verbs that people never type. One arm each; their argument lists are private contracts with the caller named.</summary>
internal static class HiddenVerbs
{
    public static Task<int> RunAsync(string verb, string[] args, StandardStreams streams, Surroundings surroundings)
    {
        switch (verb)
        {
            // Called by the completion scripts: the words after "logist", the last one unfinished.
            case "__complete":
                foreach (var word in Completer.Complete(CommandTree.Build(), args, new JobNames(surroundings)))
                {
                    streams.Out.WriteLine(word);
                }

                return Task.FromResult(ExitCode.Ok);

            // Called by people who changed a command: prints docs/cli.md.
            case "__docs" when args is ["cli"]:
                streams.Out.Write(CliReference.Markdown(CommandTree.Build()));
                return Task.FromResult(ExitCode.Ok);

            // The same: prints docs/openapi.json.
            case "__docs" when args is ["openapi"]:
                return DescribeApiAsync(streams, surroundings);

            // Started by the step host for the scripted agent.
            case "__scripted":
                return Task.FromResult(ScriptedAgent.Play(args));

            // Started by the step host for agents that speak the Agent Client Protocol.
            case AcpAgent.Verb:
                return Task.FromResult(AcpAgent.Run(args));

            // Started by the step host for reviews by a model without an agent program.
            case ModelAgent.Verb:
                return AskModelAsync(args);

            default:
                return CommandLine.RunAsync([verb, .. args], streams, surroundings);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<int> DescribeApiAsync(StandardStreams streams, Surroundings surroundings)
    {
        var empty = Directory.CreateTempSubdirectory("logist-docs-");
        using var store = new FileJobStore(empty.FullName, surroundings.Time, CompiledWorkflow.Load);
        var services = new EngineServices(store, empty.FullName, surroundings.Time, new Dictionary<string, string>(), [])
        {
            LogDirectory = empty.FullName,
        };
        streams.Out.Write(await ApiReference.JsonAsync(services, empty.FullName));
        empty.Delete(recursive: true);
        return ExitCode.Ok;
    }

    // A method of its own: the packages of the providers are loaded by whoever mentions them, and no other verb shall.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<int> AskModelAsync(string[] args) => ModelRequest.RunAsync(args, CancellationToken.None);
}
