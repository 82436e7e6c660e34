namespace Logist.Cli.Demo;

/// <summary>What the demo found, at its end.</summary>
internal static class DemoReport
{
    public static void Write(Session session, DemoStage stage, List<DemoCheck> checks, bool kept)
    {
        if (session.Globals.Json)
        {
            WriteJson(session, stage, checks, kept);
            return;
        }

        stage.Say();
        stage.Say(stage.Style.Bold("Checked"));
        foreach (var check in checks)
        {
            stage.Say($"  {(check.Ok ? stage.Style.Green("✓") : stage.Style.Red("✗"))} {check.Text}");
        }

        stage.Say();
        stage.Say(kept ? $"Everything is still in {stage.Directory}" : $"{stage.Directory} was removed (logist demo --keep keeps it).");
        session.Terminal.WriteHint("next: logist init in a repository of yours, then logist job create .logist/workflows/hello.yaml --run");
    }

    private static void WriteJson(Session session, DemoStage stage, List<DemoCheck> checks, bool kept) =>
        session.Terminal.WriteJson(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", "logist.demo/v1");
        writer.WriteString("directory", kept ? stage.Directory : null);
        writer.WriteStartArray("checks");
        foreach (var check in checks)
        {
            writer.WriteStartObject();
            writer.WriteString("text", check.Text);
            writer.WriteBoolean("ok", check.Ok);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
