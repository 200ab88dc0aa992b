// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

T.Button {
    id: button

    enum Kind { Plain, Primary, Danger, Quiet }

    property int kind: PushButton.Kind.Plain
    property string glyph
    property string tip
    property string shortcut
    readonly property bool isFilled: kind === PushButton.Kind.Primary || kind === PushButton.Kind.Danger
    readonly property color ink: !enabled ? Theme.faintText : isFilled ? Theme.accentInk
        : checked ? Theme.accent : kind === PushButton.Kind.Quiet && !hovered ? Theme.dimText : Theme.text

    //! As a click: Enter does what Space does.
    function press() {
        if (checkable)
            toggle()
        clicked()
    }

    implicitWidth: Math.max(implicitHeight, contentItem.implicitWidth + leftPadding + rightPadding)
    implicitHeight: Theme.controlHeight
    leftPadding: text.length > 0 ? Theme.gap3 : 7
    rightPadding: leftPadding
    focusPolicy: Qt.TabFocus
    Accessible.name: text.length > 0 ? text : tip
    Keys.onReturnPressed: button.press()
    Keys.onEnterPressed: button.press()

    contentItem: Item {
        implicitWidth: row.implicitWidth
        implicitHeight: row.implicitHeight

        Row {
            id: row

            anchors.centerIn: parent
            spacing: 7

            Glyph {
                name: button.glyph
                color: button.ink
                width: 15
                height: 15
                anchors.verticalCenter: parent.verticalCenter
                visible: button.glyph.length > 0
            }

            Label {
                text: button.text
                color: button.ink
                font.weight: Font.Medium
                font.pixelSize: Theme.smallSize
                anchors.verticalCenter: parent.verticalCenter
                visible: button.text.length > 0
            }
        }
    }

    background: Rectangle {
        radius: Theme.radius
        color: {
            if (!button.enabled)
                return button.isFilled ? Theme.line : "transparent"
            switch (button.kind) {
            case PushButton.Kind.Primary: return Qt.lighter(Theme.accentFill, button.down ? 0.9 : button.hovered ? 1.1 : 1)
            case PushButton.Kind.Danger: return Qt.lighter(Theme.badFill, button.down ? 0.9 : button.hovered ? 1.1 : 1)
            case PushButton.Kind.Quiet: return button.down || button.hovered || button.checked ? Theme.hover : "transparent"
            default: return button.down || button.hovered || button.checked ? Theme.hover : Theme.surface
            }
        }
        border.color: button.checked ? Theme.accent : Theme.strongLine
        border.width: button.kind === PushButton.Kind.Plain ? 1 : 0

        FocusRing { isShown: button.visualFocus }
    }

    Tip {
        text: button.tip
        shortcut: button.shortcut
        visible: button.hovered && button.tip.length > 0 && !button.down
    }
}
