// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

Item {
    id: side

    property alias text: label.text
    property string mark
    property string tone

    implicitHeight: label.implicitHeight

    Rectangle {
        anchors.fill: parent
        color: Theme.tone(side.tone)
        opacity: 0.14
        visible: side.mark.length > 0
    }

    Label {
        x: 5
        height: label.implicitHeight
        text: side.mark
        isNumber: true
        color: Theme.tone(side.tone)
    }

    Label {
        id: label

        x: 18
        width: parent.width - 24
        isNumber: true
        font.pixelSize: Theme.captionSize
        wrapMode: Text.WrapAnywhere
        verticalAlignment: Text.AlignTop
    }
}
