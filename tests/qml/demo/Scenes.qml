// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

QtObject {
    id: scenes

    required property ConsoleShell shell
    readonly property var steps: ({
        now: () => shell.go("now"),
        connections: () => shell.go("connections"),
        channels: () => shell.go("channels"),
        intents: () => shell.go("intents"),
        log: () => shell.go("log"),
        policy: () => shell.go("policy"),
        config: () => shell.go("config")
    })
    readonly property var names: Object.keys(steps)

    function setTheme(name: string) { Theme.mode = name === "dark" ? Theme.Dark : Theme.Light }
    function play(name: string) { steps[name]() }
    function clear() {}
}
