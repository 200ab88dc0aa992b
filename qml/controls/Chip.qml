// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! A word with a meaning: the dot carries the tone, the word says it as well.
Row {
    id: chip

    property string text
    property string tone

    spacing: 7

    Rectangle {
        width: 7
        height: 7
        radius: 3.5
        color: Theme.tone(chip.tone)
        visible: chip.tone.length > 0
        anchors.verticalCenter: parent.verticalCenter
    }

    Label {
        text: chip.text
        color: chip.tone === "bad" || chip.tone === "warning" ? Theme.tone(chip.tone) : Theme.text
        anchors.verticalCenter: parent.verticalCenter
    }
}
