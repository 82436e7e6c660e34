using Logist.Agents.Scripts;
using Logist.Core;
using Logist.Files;

namespace Logist.Agents;

/// <summary>A real child process that plays a script: this program again, under a hidden verb. For demos and tests, no network.</summary>
/// <param name="ownProgram">How this program is started again: its path, or dotnet and its dll.</param>
public sealed class ScriptedAgent(IReadOnlyList<string> ownProgram) : IAgent
{
    public const string Provider = "scripted";

    /// <summary>First argument under which the program calls <see cref="Play"/> with the rest, before any command parsing.</summary>
    public const string Verb = "__scripted";

    /// <summary>What is wrong with a script, by line from 1; empty when nothing is.</summary>
    public static IReadOnlyList<(int Line, string Message)> Validate(string text) => ScriptParser.Parse(text).Problems;

    /// <summary>
    /// Plays in the current directory: <c>&lt;script file&gt; [&lt;prompt file&gt; [&lt;round&gt;]]</c>; step, attempt and role come
    /// from LOGIST_STEP_ID, LOGIST_ATTEMPT_ID and LOGIST_ROLE.
    /// </summary>
    /// <returns>The exit code: what the script says, else 0; 96 when an action could not be done.</returns>
    public static int Play(string[] args)
    {
        ScriptSystem.ResetSignals();
        string text;
        try
        {
            text = args.Length == 0 ? "" : File.ReadAllText(args[0]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse(e.Message);
        }

        var (script, problems) = ScriptParser.Parse(text);
        return problems.Count > 0
            ? Refuse($"line {problems[0].Line}: {problems[0].Message}")
            : new ScriptPlayer(script, Context(args), args.Length > 1 ? args[1] : null).Play();
    }

    /// <summary>The command line that starts the running program again: its own executable, or dotnet and its dll.</summary>
    public static IReadOnlyList<string> ThisProgram()
    {
        var program = System.Environment.ProcessPath!;
        return Path.GetFileName(program) == "dotnet"
            ? [program, Path.Combine(AppContext.BaseDirectory, Path.GetFileName(System.Environment.GetCommandLineArgs()[0]))]
            : [program];
    }

    Preparation IAgent.Prepare(AgentCall call)
    {
        var script = AgentFiles.Script(call.Role, call.AttemptDirectory, call.Turn);
        OwnFiles.Write(script, ScriptSystem.Utf8(call.Definition.Script ?? ""));
        Verdict.Forget(call);
        string[] argv = [.. ownProgram, Verb, script, call.PromptFile, call.Round.ToString()];
        return new Preparation.Ready(new Invocation(argv, null, OwnProgram.Environment()));
    }

    AgentOutcome IAgent.Judge(Finished finished) => Verdict.Of(finished);

    private static ScriptContext Context(string[] args)
    {
        var known = AttemptId.TryParse(System.Environment.GetEnvironmentVariable("LOGIST_ATTEMPT_ID"), out var id);
        return new ScriptContext(
            known ? id.Job : "job",
            known ? id.Run : 1,
            System.Environment.GetEnvironmentVariable("LOGIST_STEP_ID") ?? (known ? id.Step : "step"),
            known ? id.Number : 1,
            System.Environment.GetEnvironmentVariable("LOGIST_ROLE") == "supervisor" ? "supervisor" : "worker",
            args.Length > 2 && int.TryParse(args[2], out var round) ? round : 1);
    }

    private static int Refuse(string message)
    {
        ScriptSystem.Print(ScriptSystem.Utf8($"scripted agent: {message}\n"), error: true);
        return ScriptPlayer.ActionFailed;
    }
}
