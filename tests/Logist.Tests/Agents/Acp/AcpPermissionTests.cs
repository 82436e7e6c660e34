using System.Text.Json;
using Logist.Agents.Streams;

namespace Logist.Tests.Agents.Acp;

public class AcpPermissionTests
{
    [Theory]
    [InlineData("""{"toolCallId":"t","kind":"edit","title":"Write","locations":[{"path":"WS/new/a.txt"}]}""", true)]
    [InlineData("""{"toolCallId":"t","kind":"edit","locations":[{"path":"a.txt"}],"rawInput":{"file_path":"./b/../a.txt"}}""", true)]
    [InlineData("""{"toolCallId":"t","kind":"execute","title":"make","rawInput":{"command":"make","cwd":"WS"}}""", true)]
    [InlineData("""{"toolCallId":"t","kind":"fetch","title":"https://example.org","rawInput":{"url":"https://example.org/etc"}}""", true)]
    [InlineData("""{"toolCallId":"t","kind":"other","rawInput":{"list":[{"name":"x"}]}}""", true)]
    [InlineData("""{"toolCallId":"t","kind":"edit","locations":[{"path":"WS/a.txt"},{"path":"/etc/passwd"}]}""", false)]
    [InlineData("""{"toolCallId":"t","kind":"edit","locations":[],"content":[{"type":"diff","path":"WS/../b.txt"}]}""", false)]
    [InlineData("""{"toolCallId":"t","kind":"edit","rawInput":{"filePath":"WS-sibling/a.txt"}}""", false)]
    [InlineData("""{"toolCallId":"t","kind":"read","rawInput":{"args":{"paths":["WS/a","../../etc/shadow"]}}}""", false)]
    [InlineData("""{"toolCallId":"t","kind":"execute","rawInput":{"command":"rm -r .","workdir":"/"}}""", false)]
    [InlineData("""{"toolCallId":"t","kind":"edit","rawInput":{"file_path":"~/.ssh/authorized_keys"}}""", false)]
    [InlineData("""{"toolCallId":"t","kind":"edit","rawInput":{"file_path":"WS/out/escaped"}}""", false)]
    [InlineData("""{"toolCallId":"t","kind":"edit","rawInput":{"file_path":"WS/out/../../etc/x"}}""", false)]
    [InlineData("""{"toolCallId":"t","kind":"edit","rawInput":{"file_path":"WS/dangling"}}""", false)]
    [InlineData("""{"toolCallId":"t","kind":"edit","rawInput":{"file_path":"WS/circle"}}""", false)]
    [InlineData("""{"toolCallId":"t","kind":"edit","rawInput":{"file_path":"WS/in/new.txt"}}""", true)]
    [InlineData("""{"toolCallId":"t","rawInput":{"input":"*** Begin Patch\\n*** Add File: a.txt\\n+hello\\n*** End Patch"}}""", true)]
    [InlineData("""{"toolCallId":"t","rawInput":{"input":"*** Begin Patch\\n*** Update File: ../../a.txt\\n*** End Patch"}}""", false)]
    public void What_lies_in_the_workspace_is_allowed_once_and_nothing_else(string asked, bool allowed)
    {
        using var place = new AcpPlace();
        var outside = Directory.CreateDirectory(Path.Combine(place.Root, "outside")).FullName;
        Directory.CreateDirectory(place.InWorkspace("real"));
        File.CreateSymbolicLink(place.InWorkspace("out"), outside);
        File.CreateSymbolicLink(place.InWorkspace("in"), "real");
        File.CreateSymbolicLink(place.InWorkspace("dangling"), Path.Combine(outside, "not-yet"));
        File.CreateSymbolicLink(place.InWorkspace("circle"), "circle");

        var (events, _) = place.Run(["ask", asked.Replace("WS", place.Workspace, StringComparison.Ordinal)]);

        AcpPlace.LastMessage(events).ShouldContain(allowed ? "chosen=x-once" : "chosen=x-no");
        events.OfType<AgentEvent.Permission>().Single().Allowed.ShouldBe(allowed);
    }

    [Theory]
    [InlineData("a/b/new.txt", true)]
    [InlineData("run.sh", true)]
    [InlineData("in/new.txt", true)]
    [InlineData("../escaped.txt", false)]
    [InlineData("out/escaped.txt", false)]
    [InlineData("link.txt", false)]
    [InlineData("real", false)]
    public void Files_are_written_in_the_workspace_only(string path, bool written)
    {
        using var place = new AcpPlace();
        var outside = Directory.CreateDirectory(Path.Combine(place.Root, "outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "precious.txt"), "precious");
        Directory.CreateDirectory(place.InWorkspace("real"));
        File.WriteAllText(place.InWorkspace("run.sh"), "old");
        File.SetUnixFileMode(place.InWorkspace("run.sh"), (UnixFileMode)0b111_101_101);
        File.CreateSymbolicLink(place.InWorkspace("out"), outside);
        File.CreateSymbolicLink(place.InWorkspace("in"), "real");
        File.CreateSymbolicLink(place.InWorkspace("link.txt"), Path.Combine(outside, "precious.txt"));

        var (events, _) = place.Run(["write", Path.Combine(place.Workspace, path)]);

        AcpPlace.LastMessage(events).ShouldContain(written ? "result={}" : "-32602 ");
        Directory.GetFiles(outside).Select(File.ReadAllText).ShouldBe(["precious"]);
        File.Exists(Path.Combine(place.Root, "escaped.txt")).ShouldBeFalse();
        if (written)
        {
            File.ReadAllText(place.InWorkspace(path)).ShouldBe("written\n");
            File.GetUnixFileMode(place.InWorkspace("run.sh")).ShouldBe((UnixFileMode)0b111_101_101);
        }
    }

    [Theory]
    [InlineData("lines.txt", "result={\"content\":\"two\"}")]
    [InlineData("none.txt", "-32002 ")]
    [InlineData("../secret.txt", "-32602 ")]
    [InlineData("link.txt", "-32602 ")]
    public void Files_are_read_from_the_workspace_only(string path, string answer)
    {
        using var place = new AcpPlace();
        File.WriteAllText(Path.Combine(place.Root, "secret.txt"), "one\ntwo\n");
        File.WriteAllText(place.InWorkspace("lines.txt"), "one\ntwo\nthree\n");
        File.CreateSymbolicLink(place.InWorkspace("link.txt"), Path.Combine(place.Root, "secret.txt"));

        var (events, _) = place.Run(["read", Path.Combine(place.Workspace, path)]);

        var summary = JsonDocument.Parse(AcpPlace.LastMessage(events)["Warning: no metadata. ".Length..]).RootElement
            .GetProperty("summary_for_supervisor").GetString();
        summary.ShouldNotBeNull().ShouldContain(answer);
    }
}
