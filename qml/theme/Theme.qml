// SPDX-License-Identifier: MIT
pragma Singleton
import QtQuick
import Tidegate.Console

//! Colours, sizes and type of the whole console. Text colours have at least 4.5:1 against every surface they stand on
//! (tests/qml/tst_theme.qml).
QtObject {
    id: theme

    enum Mode { System, Dark, Light }

    property int mode: Theme.Mode.System
    readonly property bool isDark: mode === Theme.Mode.Dark || (mode === Theme.Mode.System && Appearance.isSystemDark)

    // Surfaces, from the back to the front.
    readonly property color ground: isDark ? "#0b1219" : "#eef2f5"
    readonly property color surface: isDark ? "#111a23" : "#ffffff"
    readonly property color raised: isDark ? "#182430" : "#ffffff"
    readonly property color sunken: isDark ? "#0d151d" : "#f5f8fa"
    readonly property color hover: isDark ? "#192632" : "#f0f4f7"
    readonly property color chosen: isDark ? "#15343b" : "#dcf0ef"
    readonly property color line: isDark ? "#22303d" : "#dbe3e9"
    readonly property color strongLine: isDark ? "#33465a" : "#b9c6d0"
    readonly property color shade: isDark ? "#b0040a10" : "#66213040"

    readonly property color text: isDark ? "#e3ebf2" : "#15212c"
    readonly property color dimText: isDark ? "#9fb0c0" : "#4b5d6d"
    readonly property color faintText: isDark ? "#8c9eaf" : "#586a79"

    // The sea: one accent for what can be touched or is chosen.
    readonly property color accent: isDark ? "#3fc1b4" : "#0b736c"
    readonly property color accentFill: isDark ? "#1f7f78" : "#0e7d75"
    readonly property color accentInk: "#ffffff"

    // Meanings.
    readonly property color good: isDark ? "#63c78b" : "#19703f"
    readonly property color info: isDark ? "#6bb0ea" : "#1c66a8"
    readonly property color warning: isDark ? "#e2b45c" : "#855300"
    readonly property color bad: isDark ? "#f28379" : "#b4302a"
    readonly property color badFill: isDark ? "#a83a34" : "#b4302a"

    // Lines of plots, in the order they are taken.
    readonly property list<color> series: isDark
        ? ["#3fc1b4", "#6bb0ea", "#e2b45c", "#f28379", "#b39df0", "#63c78b"]
        : ["#0e8a81", "#2b78bf", "#b57a13", "#cc473f", "#7357c4", "#2a8a53"]

    function tone(name: string): color {
        switch (name) {
        case "good": return good
        case "info": return info
        case "warning": return warning
        case "bad": return bad
        case "quiet": return faintText
        default: return dimText
        }
    }

    // A step of 4; one height for everything in a row.
    readonly property int gap1: 4
    readonly property int gap2: 8
    readonly property int gap3: 12
    readonly property int gap4: 16
    readonly property int gap6: 24
    readonly property int controlHeight: 30
    readonly property int rowHeight: 28
    readonly property int radius: 6

    readonly property string family: Appearance.textFamily
    readonly property string numberFamily: Appearance.numberFamily

    readonly property int captionSize: 11
    readonly property int smallSize: 12
    readonly property int bodySize: 13
    readonly property int titleSize: 15
    readonly property int headingSize: 20
    readonly property int displaySize: 26

    // Short enough never to be waited for.
    readonly property int quick: 90
    readonly property int calm: 160
}
