// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

//! One line of text, with an icon before and a way to empty it.
T.TextField {
    id: field

    property string glyph
    property string shortcut
    property bool isWrong: false
    property bool isNumber: false

    implicitWidth: 220
    implicitHeight: Theme.controlHeight
    leftPadding: glyph.length > 0 ? 29 : 9
    rightPadding: field.text.length > 0 || shortcut.length > 0 ? 28 : 9
    verticalAlignment: TextInput.AlignVCenter
    color: Theme.text
    selectionColor: Theme.accentFill
    selectedTextColor: Theme.accentInk
    placeholderTextColor: Theme.faintText
    font.family: isNumber ? Theme.numberFamily : Theme.family
    font.pixelSize: isNumber ? Theme.smallSize : Theme.bodySize
    selectByMouse: true
    Accessible.name: placeholderText

    Label {
        x: field.leftPadding
        width: field.width - field.leftPadding - field.rightPadding
        height: field.height
        text: field.placeholderText
        color: field.placeholderTextColor
        visible: field.text.length === 0 && field.preeditText.length === 0
    }

    Glyph {
        name: field.glyph
        x: 9
        width: 13
        height: 13
        anchors.verticalCenter: parent.verticalCenter
        color: field.activeFocus ? Theme.accent : Theme.faintText
    }

    KeyHint {
        text: field.shortcut
        anchors.right: parent.right
        anchors.rightMargin: 6
        anchors.verticalCenter: parent.verticalCenter
        visible: field.shortcut.length > 0 && field.text.length === 0 && !field.activeFocus
    }

    PushButton {
        kind: PushButton.Kind.Quiet
        glyph: "close"
        tip: qsTr("Empty")
        anchors.right: parent.right
        anchors.rightMargin: 3
        anchors.verticalCenter: parent.verticalCenter
        implicitHeight: 24
        leftPadding: 5
        focusPolicy: Qt.NoFocus
        scale: 0.8
        visible: field.text.length > 0 && !field.readOnly
        onClicked: field.clear()
    }

    background: Rectangle {
        radius: Theme.radius
        color: Theme.sunken
        border.color: field.isWrong ? Theme.bad : field.activeFocus ? Theme.accent : field.hovered ? Theme.strongLine : Theme.line
        border.width: field.activeFocus ? 1.5 : 1
    }
}
