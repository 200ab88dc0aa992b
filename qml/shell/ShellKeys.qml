// SPDX-License-Identifier: MIT
import QtQuick

//! Keys that work on every page. Single letters only while nobody types.
Item {
    id: keys

    property bool isFree: true
    property bool isTyping: false
    property int pageCount: 0
    readonly property bool isLetterFree: isFree && !isTyping
    signal paletteWanted()
    signal filterWanted()
    signal helpWanted()
    signal pauseWanted()
    signal backWanted()
    signal themeWanted()
    signal pageWanted(int index)

    Shortcut {
        sequence: "Ctrl+K"
        enabled: keys.isFree
        onActivated: keys.paletteWanted()
    }

    Shortcut {
        sequence: "/"
        enabled: keys.isLetterFree
        onActivated: keys.filterWanted()
    }

    Shortcut {
        sequence: "?"
        enabled: keys.isLetterFree
        onActivated: keys.helpWanted()
    }

    Shortcut {
        sequence: "Space"
        enabled: keys.isLetterFree
        onActivated: keys.pauseWanted()
    }

    Shortcut {
        sequence: "Escape"
        enabled: keys.isFree
        onActivated: keys.backWanted()
    }

    Shortcut {
        sequence: "Ctrl+T"
        enabled: keys.isFree
        onActivated: keys.themeWanted()
    }

    Repeater {
        model: keys.pageCount

        Item {
            id: entry

            required property int index

            Shortcut {
                sequence: String(entry.index + 1)
                enabled: keys.isLetterFree
                onActivated: keys.pageWanted(entry.index)
            }
        }
    }
}
