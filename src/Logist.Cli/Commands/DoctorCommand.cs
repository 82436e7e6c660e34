using System.Text.Json;
using Logist.Agents;
using Logist.Cli.Diagnosis;
using Logist.Diagnosis;
using Logist.Views;
using Logist.Workflows;

namespace Logist.Cli.Commands;

internal static class DoctorCommand
{
    public static CliCommand Build() => new("doctor",
        "Checks that this machine has what Logist needs, and which agents it can use; exit 1 when something is missing.")
    {
        Remarks = "An agent that is not installed is no fault. Nothing is sent anywhere: programs are asked for their version, and logins "
            + "are looked for, not tried.",
        Examples = ["logist doctor", "logist doctor --json"],
        Execute = (session, _, ct) => ExecuteAsync(session, ct),
    };

    private static async Task<int> ExecuteAsync(Session session, CancellationToken ct)
    {
        var checks = new List<Check>
        {
            MachineChecks.Runtime(), GitCheck.Run(), MachineChecks.StepHost(AppContext.BaseDirectory),
            MachineChecks.Proc("/proc"), MachineChecks.BootId("/proc"), MachineChecks.Inotify(),
        };
        checks.AddRange(DirectoryChecks.All(session.JobsDirectory));
        var config = ConfigFile.Load(session.Surroundings.LogistHome());
        if (config.Config is null)
        {
            checks.Add(Check.Fail("config.yaml", Diagnostic(config), $"mend {config.File}"));
        }

        checks.AddRange(await AgentChecks.RunAsync(
            new ProgramVersions(session.Surroundings.LogistHome(), session.Surroundings.Time), session.Surroundings.Get,
            config.Config ?? ConfigFile.Empty, ct));
        if (session.Globals.Json)
        {
            session.Terminal.WriteJson(json => WriteJson(json, checks));
        }
        else
        {
            WriteText(session, checks);
        }

        return checks.Exists(c => c.Level == Level.Fail) ? ExitCode.Failed : ExitCode.Ok;
    }

    private static string Diagnostic(ConfigResult config) =>
        config.Problems.First(problem => problem.Severity == Severity.Error).ToString();

    private static void WriteText(Session session, List<Check> checks)
    {
        var style = session.Terminal.OutStyle;
        var width = checks.Max(check => check.Name.Length);
        foreach (var check in checks)
        {
            var mark = check.Level switch
            {
                Level.Ok => style.Green("ok  "), Level.Info => style.Dim("-   "), Level.Warn => style.Yellow("warn"),
                _ => style.Red("fail"),
            };
            var name = SafeText.OneLine(check.Name).PadRight(width);
            var text = check.Level == Level.Info ? $"{check.Text} ({check.Fix})" : check.Text;
            session.Terminal.Out.WriteLine($"{mark}  {name}  {SafeText.OneLine(text)}");
            if (check is { Fix: { } fix, Level: not Level.Info })
            {
                session.Terminal.Out.WriteLine($"      {"".PadRight(width)}  fix: {SafeText.OneLine(fix)}");
            }
        }
    }

    private static void WriteJson(Utf8JsonWriter json, List<Check> checks)
    {
        json.WriteStartObject();
        json.WriteString("schema", "logist.doctor/v1");
        json.WriteStartArray("checks");
        foreach (var check in checks)
        {
            json.WriteStartObject();
            json.WriteString("name", check.Name);
            json.WriteString("level", check.Level switch { Level.Ok => "ok", Level.Info => "info", Level.Warn => "warn", _ => "fail" });
            json.WriteString("text", check.Text);
            json.WriteString("fix", check.Fix);
            if (check.Agent is { } agent)
            {
                json.WriteStartObject("agent");
                json.WriteString("provider", agent.Provider);
                json.WriteBoolean("installed", agent.Path is not null);
                json.WriteString("path", agent.Path);
                json.WriteString("version", agent.Version);
                json.WriteString("tested", agent.Tested);
                json.WriteString("login", agent.Login);
                json.WriteString("install", agent.Install);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
