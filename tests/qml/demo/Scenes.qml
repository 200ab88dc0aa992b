// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

QtObject {
    id: scenes

    required property ConsoleShell shell
    readonly property string stream: "ssma.site.default.board"
    readonly property var steps: ({
        "now": () => shell.go("now"),
        "connections": () => shell.go("connections"),
        "connections-detail": () => { shell.go("connections"); later(() => openRow(3, "facts")) },
        "connections-kick": () => { shell.go("connections"); later(() => { choose(4); shell.commandDialog.ask("links", "kick", view().rows.selection.keys) }) },
        "connections-why": () => { shell.go("connections"); later(() => view().open("lk-005007", "why")) },
        "channels": () => { shell.go("channels"); later(() => openStream()) },
        "intents": () => shell.go("intents", { lane: "all" }),
        "intents-detail": () => { shell.go("intents", { lane: "all" }); later(() => openRow(5, "timeline")) },
        "intents-dead": () => shell.go("intents", { lane: "dead" }),
        "intents-unhandled": () => shell.go("intents", { lane: "open" }),
        "intents-mark": () => { shell.go("intents", { lane: "dead" }); later(() => { view().table.goTo(2, false); shell.commandDialog.ask("intents", "mark", [view().rows.keyAt(2)]) }) },
        "log": () => shell.go("log", { tab: "log" }),
        "log-audit": () => shell.go("log", { tab: "audit" }),
        "log-why": () => shell.go("log", { tab: "decisions" }),
        "log-why-detail": () => { shell.go("log", { tab: "decisions" }); later(() => openLoaded(4)) },
        "log-limits": () => shell.go("log", { tab: "limits" }),
        "policy": () => shell.go("policy", { tab: "ask", ask: { user: "u-0012", site: "default", channel: "ops.audit" } }),
        "policy-users": () => shell.go("policy", { tab: "users" }),
        "config": () => shell.go("config"),
        "palette": () => { shell.go("now"); shell.palette.open() },
        "help": () => shell.help.open(),
        "connect": () => shell.connectSheet.open(),
        "offline": () => shell.go("connections")
    })
    readonly property var names: Object.keys(steps)
    readonly property Timer delay: Timer {
        property var work: null

        interval: 700
        onTriggered: work()
    }

    function later(work) {
        delay.work = work
        delay.restart()
    }
    function first(isMeant) {
        for (let i = 0; i < shell.page.content.length; ++i) {
            if (isMeant(shell.page.content[i]))
                return shell.page.content[i]
        }
        return null
    }
    function view() { return first(item => item instanceof ResourceView) }
    function openRow(row, tab) {
        view().open(view().rows.keyAt(row), tab)
        view().table.forceActiveFocus()
    }
    function openLoaded(row) {
        const table = first(item => item instanceof TableLoader).item
        table.open(table.rows.keyAt(row))
    }
    function choose(count) { view().rows.selectRange(2, 1 + count) }
    function openStream() {
        const tree = first(item => item instanceof StreamTree).tree
        tree.setUnfolded(2, true)
        tree.setUnfolded(3, true)
        shell.page.open({ key: tree.subjectAt(4) })
    }
    function setTheme(name: string) { Theme.mode = name === "dark" ? Theme.Dark : Theme.Light }
    function play(name: string) { steps[name]() }
    function clear() {
        shell.palette.close()
        shell.help.close()
        shell.connectSheet.close()
        shell.commandDialog.close()
        for (let i = 0; i < 4; ++i)
            shell.page.back()
    }
}
