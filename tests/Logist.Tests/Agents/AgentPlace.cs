using System.Diagnostics;
using Logist.Agents;
using Logist.Core;
using Logist.Core.Workflows;

namespace Logist.Tests.Agents;

/// <summary>A workspace and an attempt directory in a temporary place, and real processes in them.</summary>
internal sealed class AgentPlace : IDisposable
{
    public static readonly AttemptId Attempt = new("job", 1, "plan", 1);

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public AgentPlace()
    {
        Root = Directory.CreateTempSubdirectory("logist-agents-").FullName;
        Workspace = Directory.CreateDirectory(Path.Combine(Root, "workspace")).FullName;
        AttemptDirectory = Directory.CreateDirectory(Path.Combine(Root, "attempt")).FullName;
    }

    public string Root { get; }

    public string Workspace { get; }

    public string AttemptDirectory { get; }

    public string Log => Path.Combine(AttemptDirectory, "output.log");

    public void Dispose()
    {
        // What a killed child was just doing may still appear while its directory is being emptied.
        for (var tries = 1; ; tries++)
        {
            try
            {
                Directory.Delete(Root, recursive: true);
                return;
            }
            catch (IOException) when (tries < 20)
            {
                _ = Logist.Files.Libc.Poll([], 10);
            }
        }
    }

    public string InWorkspace(string relative)
    {
        var path = Path.Combine(Workspace, relative);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    public AgentCall Call(
        AgentDefinition agent, AgentRole role = AgentRole.Worker, AttemptId? attempt = null, int round = 1, string prompt = "Do it.") =>
        new(role, attempt ?? Attempt, "mine", agent, prompt, Workspace, AttemptDirectory) { Round = round };

    public Finished Ended(int? exitCode = 0, int? signal = null, EndReason reason = EndReason.Exited, AgentRole role = AgentRole.Worker) =>
        new(role, Attempt, exitCode, signal, reason, Log, Workspace, AttemptDirectory);

    public AgentOutcome Judge(string output, int exitCode = 0, AgentRole role = AgentRole.Worker)
    {
        File.WriteAllText(Log, output);
        return Verdict.Of(Ended(exitCode, role: role));
    }

    /// <summary>Prepares, runs and judges a script in a real process that has nothing but a step's environment.</summary>
    public (AgentOutcome Outcome, int Exit, string Output) Play(
        string script, AgentRole role = AgentRole.Worker, AttemptId? attempt = null, int round = 1)
    {
        using var process = Start(script, role, attempt, round);
        return End(process, role);
    }

    public Process Start(string script, AgentRole role = AgentRole.Worker, AttemptId? attempt = null, int round = 1)
    {
        IAgent agent = new ScriptedAgent(ScriptedAgent.ThisProgram());
        var call = Call(new AgentDefinition("scripted") { Script = script }, role, attempt, round);
        File.WriteAllText(call.PromptFile, call.Prompt);
        return Start(agent.Prepare(call).ShouldBeOfType<Preparation.Ready>().Invocation, call);
    }

    public Process Start(Invocation invocation, AgentCall call)
    {
        // A shell in between does what the step host does: output to a file, stdin from a file.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = Workspace, UseShellExecute = false };
        const string redirect = "out=$1 in=$2; shift 2; exec \"$@\" >\"$out\" 2>&1 <\"$in\"";
        foreach (var argument in (string[])["-c", redirect, "sh", Log, invocation.StdinFile ?? "/dev/null", .. invocation.Argv])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        start.Environment["HOME"] = Root;
        start.Environment["LOGIST_STEP_ID"] = call.Attempt.Step;
        start.Environment["LOGIST_ATTEMPT_ID"] = call.Attempt.ToString();
        start.Environment["LOGIST_ROLE"] = call.Role == AgentRole.Worker ? "worker" : "supervisor";
        foreach (var (name, value) in invocation.ExtraEnvironment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public (AgentOutcome Outcome, int Exit, string Output) End(Process process, AgentRole role = AgentRole.Worker)
    {
        if (!process.WaitForExit(Deadline))
        {
            process.Kill();
            throw new TimeoutException("the scripted agent did not end: " + File.ReadAllText(Log));
        }

        var exit = process.ExitCode;
        var finished = exit > 128 ? Ended(null, exit - 128, role: role) : Ended(exit, role: role);
        return (Verdict.Of(finished), exit, new FileInfo(Log).Length < 1 << 20 ? File.ReadAllText(Log) : "");
    }

    public static void Until(Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Stopwatch.GetElapsedTime(start).ShouldBeLessThan(Deadline);
            Thread.Sleep(5);
        }
    }
}
