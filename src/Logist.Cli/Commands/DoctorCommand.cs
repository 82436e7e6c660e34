using Logist.Cli.Diagnosis;

namespace Logist.Cli.Commands;

internal static class DoctorCommand
{
    public static CliCommand Build() => new("doctor", "Checks that this machine has what Logist needs; exit 1 when something is missing.")
    {
        Examples = ["logist doctor", "logist doctor --json"],
        Execute = (session, _, _) => ExecuteAsync(session),
    };

    private static Task<int> ExecuteAsync(Session session)
    {
        var checks = new List<Check>
        {
            MachineChecks.Runtime(), GitCheck.Run(), MachineChecks.StepHost(AppContext.BaseDirectory),
            MachineChecks.Proc("/proc"), MachineChecks.BootId("/proc"), MachineChecks.Inotify(),
        };
        checks.AddRange(DirectoryChecks.All(session.JobsDirectory));
        if (session.Globals.Json)
        {
            WriteJson(session, checks);
        }
        else
        {
            WriteText(session, checks);
        }

        return Task.FromResult(checks.Exists(c => c.Level == Level.Fail) ? ExitCode.Failed : ExitCode.Ok);
    }

    private static void WriteText(Session session, List<Check> checks)
    {
        var style = session.Terminal.OutStyle;
        foreach (var check in checks)
        {
            var mark = check.Level switch { Level.Ok => style.Green("ok  "), Level.Warn => style.Yellow("warn"), _ => style.Red("fail") };
            session.Terminal.Out.WriteLine($"{mark}  {check.Name,-14}  {Output.SafeText.OneLine(check.Text)}");
            if (check.Fix is { } fix)
            {
                session.Terminal.Out.WriteLine($"      {"",-14}  fix: {fix}");
            }
        }
    }

    private static void WriteJson(Session session, List<Check> checks) => session.Terminal.WriteJson(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", "logist.doctor/v1");
        writer.WriteStartArray("checks");
        foreach (var check in checks)
        {
            writer.WriteStartObject();
            writer.WriteString("name", check.Name);
            writer.WriteString("level", check.Level switch { Level.Ok => "ok", Level.Warn => "warn", _ => "fail" });
            writer.WriteString("text", check.Text);
            writer.WriteString("fix", check.Fix);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
