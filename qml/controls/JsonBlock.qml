// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! A value as it is, to read and to take along.
Rectangle {
    id: block

    property string text

    implicitHeight: edit.implicitHeight + 16
    radius: Theme.radius
    color: Theme.sunken
    border.color: Theme.line

    TextEdit {
        id: edit

        x: 10
        y: 8
        width: parent.width - 20
        text: block.text
        textFormat: TextEdit.PlainText
        readOnly: true
        selectByMouse: true
        wrapMode: TextEdit.WrapAnywhere
        color: Theme.text
        selectionColor: Theme.accentFill
        selectedTextColor: Theme.accentInk
        font.family: Theme.numberFamily
        font.pixelSize: Theme.captionSize
        Accessible.name: qsTr("Value")
    }

    HoverHandler { id: hover }

    PushButton {
        kind: PushButton.Kind.Quiet
        glyph: "copy"
        tip: qsTr("Copy")
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: 3
        implicitHeight: 26
        leftPadding: 6
        visible: hover.hovered
        onClicked: Clipboard.setText(block.text)
    }
}
